package io.pecanraft.runtime;

/** Up to where the state machine has been given the log, as entries or within snapshots. */
final class HandedOver {

    private long index;
    private long restoredIndex;

    /** Begins with what has been applied already. */
    HandedOver(long appliedIndex) {
        index = appliedIndex;
    }

    /** The last entry that the state machine has been given. */
    long index() {
        return index;
    }

    /** It was given entries up to this one. */
    void entries(long lastIndex) {
        index = lastIndex;
    }

    /** Its state has been replaced by that of this index. */
    void restored(long snapshotIndex) {
        restoredIndex = snapshotIndex;
        index = Math.max(index, snapshotIndex);
    }

    /**
     * How many entries it has been given and not applied yet. What a snapshot holds is none of them, also while the protocol waits for
     * a newer snapshot and does not count the older one as applied.
     *
     * @param appliedIndex as the protocol knows
     */
    long notApplied(long appliedIndex) {
        return Math.max(0, index - Math.max(restoredIndex, appliedIndex));
    }
}
