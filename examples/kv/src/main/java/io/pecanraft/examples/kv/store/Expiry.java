package io.pecanraft.examples.kv.store;

/** What becomes of a key's deadline when it is written. */
public sealed interface Expiry {

    /** It has none from here on. */
    record Never() implements Expiry {}

    /** It keeps the one it has, if any. */
    record Keep() implements Expiry {}

    /**
     * A new one.
     *
     * @param millis from the time of the command in the log; positive, at most {@link Limits#MAX_TTL_MILLIS}
     */
    record After(long millis) implements Expiry {

        /** Checks the range. */
        public After {
            if (millis <= 0 || millis > Limits.MAX_TTL_MILLIS) {
                throw new IllegalArgumentException("a time to live of " + millis + " ms");
            }
        }
    }
}
