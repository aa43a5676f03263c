package io.pecanraft.log.chronicle;

import java.nio.file.Path;

/**
 * What the snapshots can answer for.
 *
 * @param validIndex the last index of the newest valid one; 0 for none
 * @param damagedIndex the last index of a newer one that is damaged; 0 for none
 * @param directory where they are
 */
record SnapshotCoverage(long validIndex, long damagedIndex, Path directory) {

    /** Passes when log and snapshots together know everything that this server ever acknowledged. */
    void requireCovers(LogState log) {
        if (log.base().index() > validIndex) {
            throw Damage.corrupt(
                    directory,
                    "the log begins after index " + log.base().index()
                            + " and the newest valid snapshot ends at index " + validIndex
                            + (damagedIndex > 0 ? ", since the one at index " + damagedIndex + " is damaged" : ""));
        }
        if (damagedIndex > log.last().index()) {
            throw Damage.corrupt(
                    directory,
                    "the snapshot at index " + damagedIndex + " is damaged and the log ends at index "
                            + log.last().index());
        }
    }
}
