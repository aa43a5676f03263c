package io.pecanraft.protocol;

/**
 * The time of the log. An entry's timestamp is the previous entry's plus the monotonic time that passed since that was
 * appended here; the wall clock seeds only the very first. So log time never jumps and never runs backwards, whatever
 * happens to wall clocks, and a new leader continues where the old one stopped.
 */
final class LogClock {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private long lastMillis;
    private long lastNanos;
    private long lastEntryMillis;
    private long neededAtMillis = Long.MAX_VALUE;

    /**
     * A clock that continues a log.
     *
     * @param lastTimestampMillis the timestamp of the last entry; 0 for a log that never had one
     * @param epochMillis the wall clock, for the latter
     */
    LogClock(long lastTimestampMillis, long epochMillis, long nowNanos) {
        lastEntryMillis = lastTimestampMillis;
        lastMillis = lastTimestampMillis > 0 ? lastTimestampMillis : epochMillis;
        lastNanos = nowNanos;
    }

    /** The timestamp for an entry appended now. */
    long stamp(long nowNanos) {
        long elapsedMillis = Math.max(0, nowNanos - lastNanos) / NANOS_PER_MILLI;
        // Advance by whole milliseconds only, so that the rest is not lost with every entry.
        lastMillis += elapsedMillis;
        lastNanos += elapsedMillis * NANOS_PER_MILLI;
        return lastMillis;
    }

    /**
     * The log ends with this timestamp now: an entry was appended here, or the log was replaced by a snapshot.
     *
     * <p>What this clock would have stamped counts for nothing then, also when that is later (K10). A follower that went on from its
     * own reckoning would bring the difference of two wall clocks into the log, or the drift of all the time that it has followed,
     * once it leads; sessions and leases would end early by that much.
     */
    void observe(long timestampMillis, long nowNanos) {
        lastEntryMillis = timestampMillis;
        if (timestampMillis != lastMillis) {
            lastMillis = timestampMillis;
            lastNanos = nowNanos;
        }
    }

    /** Entries are needed until one is stamped with this time or a later one. */
    void neededAt(long timestampMillis) {
        neededAtMillis = timestampMillis;
    }

    /** Whether that time has come and no entry says so (K10). */
    boolean isEntryNeeded(long nowNanos) {
        return lastEntryMillis < neededAtMillis && stamp(nowNanos) >= neededAtMillis;
    }
}
