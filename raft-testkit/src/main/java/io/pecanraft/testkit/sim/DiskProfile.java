package io.pecanraft.testkit.sim;

/**
 * How a simulated disk behaves.
 *
 * @param minForceNanos the least time of a flush
 * @param meanExtraForceNanos how much longer it takes on average
 * @param powerLoss what happens to pending writes when the power goes
 */
public record DiskProfile(long minForceNanos, long meanExtraForceNanos, PowerLoss powerLoss) {

    /** What becomes of writes that were not flushed when the power goes. The real thing does any of these. */
    public enum PowerLoss {
        /** They are gone. */
        LOSES_ALL,
        /** The page cache happened to be written back. */
        LOSES_NONE,
        /** A random number of steps survives, from the oldest on; a write may be cut in the middle. */
        KEEPS_PREFIX,
        /**
         * Each file keeps a part of its own: the hard state may be newer than the log, never older, since it is flushed
         * before the log is touched; the log is cut anywhere, also within a write.
         */
        KEEPS_PARTS,
        /** One of these at each crash. */
        ANY
    }

    /** A fast disk that loses all it may. */
    public static final DiskProfile FAST = new DiskProfile(50_000, 200_000, PowerLoss.LOSES_ALL);
}
