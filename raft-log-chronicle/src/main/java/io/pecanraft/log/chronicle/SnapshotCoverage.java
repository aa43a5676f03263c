package io.pecanraft.log.chronicle;

import io.pecanraft.model.Membership;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the snapshots can answer for.
 *
 * @param validIndex the last index of the newest valid one; 0 for none
 * @param damagedIndex the last index of a newer one that is damaged; 0 for none
 * @param membership the configuration in the newest valid one
 * @param damaged the directories of those that are damaged
 * @param directory where they are
 */
record SnapshotCoverage(
        long validIndex, long damagedIndex, Optional<Membership> membership, List<Path> damaged, Path directory) {

    /** Renames what is damaged, so that the next start does not find it again. It is removed with the next snapshot. */
    void putDamagedAside(Barrier barrier) throws IOException {
        for (Path path : damaged) {
            Path aside = path.resolveSibling(DirectoryLayout.DAMAGED_SNAPSHOT + path.getFileName());
            FileTree.delete(aside);
            FileTree.moveDurably(path, aside, barrier);
        }
    }

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
