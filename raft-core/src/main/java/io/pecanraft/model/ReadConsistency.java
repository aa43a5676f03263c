package io.pecanraft.model;

import java.time.Duration;

/** What a read promises about the state it sees. What each costs is in {@code docs/reads.md}. */
public sealed interface ReadConsistency {

    /**
     * Sees everything that was acknowledged before the read began, on any server (ReadIndex, thesis §6.4). Costs one round
     * of heartbeats, shared by all reads that wait at the same moment. The default.
     */
    record Linearizable() implements ReadConsistency {}

    /**
     * As {@link Linearizable}, but relies on clocks: a leader that holds a lease answers without asking anybody (thesis §6.4.1).
     * Where there is no lease it costs a round, and so it does on every server but the leader. Stale when two members' clocks
     * differ in rate by more than configured; refused by servers that are not configured for it.
     */
    record Lease() implements ReadConsistency {}

    /**
     * Sees a state that lacks at most {@code maxEntries} of the log entries that were committed anywhere {@code maxAge} before
     * the read began. A server that cannot tell asks the leader, and refuses when there is none to ask; it never guesses.
     * Entries are those of the log, which holds a few that are no commands.
     *
     * @param maxAge how old the state may be; not negative
     * @param maxEntries how many entries it may lack besides; 0 for none
     */
    record BoundedStaleness(Duration maxAge, long maxEntries) implements ReadConsistency {

        /** Checks the ranges. */
        public BoundedStaleness {
            if (maxAge.isNegative()) {
                throw new IllegalArgumentException("age must not be negative, got " + maxAge);
            }
            if (maxEntries < 0) {
                throw new IllegalArgumentException("number of entries must not be negative, got " + maxEntries);
            }
        }
    }

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

    /** See {@link Lease}. */
    static ReadConsistency lease() {
        return new Lease();
    }

    /** See {@link BoundedStaleness}, with a bound in time alone. */
    static ReadConsistency boundedStaleness(Duration maxAge) {
        return new BoundedStaleness(maxAge, 0);
    }

    /** See {@link BoundedStaleness}. */
    static ReadConsistency boundedStaleness(Duration maxAge, long maxEntries) {
        return new BoundedStaleness(maxAge, maxEntries);
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
