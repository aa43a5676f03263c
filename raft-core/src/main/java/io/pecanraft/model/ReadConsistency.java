package io.pecanraft.model;

/** What a read promises about the state it sees. */
public sealed interface ReadConsistency {

    /**
     * Sees everything that was acknowledged before the read began, on any server (ReadIndex, thesis §6.4). Costs one round
     * of heartbeats, shared by all reads that wait at the same moment. The default.
     */
    record Linearizable() implements ReadConsistency {}

    /**
     * Sees what this server has applied, which may be arbitrarily old, but not before an index.
     *
     * @param notBeforeIndex the read waits until this index is applied; 0 not to wait. Give the index of your last write
     *     for read-your-writes, that of your last read for monotonic reads
     */
    record Local(long notBeforeIndex) implements ReadConsistency {

        /** Checks the range. */
        public Local {
            if (notBeforeIndex < 0) {
                throw new IllegalArgumentException("index must not be negative, got " + notBeforeIndex);
            }
        }
    }

    /** See {@link Linearizable}. */
    static ReadConsistency linearizable() {
        return new Linearizable();
    }

    /** See {@link Local}, without a lower bound. */
    static ReadConsistency local() {
        return new Local(0);
    }

    /** See {@link Local}. */
    static ReadConsistency localNotBefore(long index) {
        return new Local(index);
    }
}
