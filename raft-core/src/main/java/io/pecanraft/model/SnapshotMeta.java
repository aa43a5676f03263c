package io.pecanraft.model;

/**
 * What a snapshot stands for (§7).
 *
 * @param lastIncluded the last entry whose effect is contained
 * @param membership the configuration as of that entry
 * @param lastTimestampMillis the timestamp of that entry, so that log time goes on after it
 * @param sizeBytes the length of the data
 * @param checksum CRC32C of the data
 */
public record SnapshotMeta(
        EntryId lastIncluded, Membership membership, long lastTimestampMillis, long sizeBytes, int checksum) {

    /** Checks that the parts fit together. */
    public SnapshotMeta {
        if (lastIncluded.index() < 1) {
            throw new IllegalArgumentException("a snapshot includes at least one entry");
        }
        if (membership.logIndex() > lastIncluded.index()) {
            throw new IllegalArgumentException("a snapshot at " + lastIncluded
                    + " cannot hold the configuration of index " + membership.logIndex());
        }
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("snapshot size must not be negative, got " + sizeBytes);
        }
    }

    /** The index of the last entry whose effect is contained. */
    public long lastIncludedIndex() {
        return lastIncluded.index();
    }

    /** The term of the last entry whose effect is contained. */
    public long lastIncludedTerm() {
        return lastIncluded.term();
    }
}
