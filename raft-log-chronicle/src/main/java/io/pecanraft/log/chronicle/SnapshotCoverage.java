package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Membership;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the snapshots can answer for.
 *
 * @param valid the last entry of the newest valid one; {@link EntryId#ZERO} for none
 * @param newestDamaged the last entry of a newer one that is damaged; {@link EntryId#ZERO} for none
 * @param membership the configuration in the newest valid one
 * @param damaged the directories of those that are damaged
 * @param directory where they are
 */
record SnapshotCoverage(
        EntryId valid, EntryId newestDamaged, Optional<Membership> membership, List<Path> damaged, Path directory) {

    /** Renames what is damaged, so that the next start does not find it again. It is removed with the next snapshot. */
    void putDamagedAside(Barrier barrier) throws IOException {
        for (Path path : damaged) {
            Path aside = path.resolveSibling(DirectoryLayout.DAMAGED_SNAPSHOT + path.getFileName());
            FileTree.delete(aside);
            FileTree.moveDurably(path, aside, barrier);
        }
    }

    /** Whether the last entry of the newest one that is damaged, if there is one, is in the log: then the log makes up for it. */
    private boolean isMadeUpForBy(LogState log) {
        EntryId end = newestDamaged;
        return end.index() == 0 || (end.index() <= log.last().index() && log.termAt(end.index()) == end.term());
    }

    /**
     * Where a server goes on: at the end of the log, or at the end of the snapshot when the log does not hold that entry. Such a log is older,
     * or of a branch that lost, and is emptied by the start (§7): the process died between storing a leader's snapshot and that.
     *
     * @param log what there is
     * @param last where it ends; what is known of it behind that does not count
     */
    EntryId end(LogState log, EntryId last) {
        boolean held = valid.index() == 0
                || (valid.index() >= log.base().index()
                        && valid.index() <= last.index()
                        && log.termAt(valid.index()) == valid.term());
        return held ? last : valid;
    }

    /**
     * Passes when log and snapshots together know everything that this server ever acknowledged. A leader's snapshot counts as soon as it
     * is stored; a log that is as long, but of another branch, was to be replaced by it.
     */
    void requireCovers(LogState log) {
        if (log.base().index() > valid.index()) {
            throw Damage.corrupt(
                    directory,
                    "the log begins after index " + log.base().index()
                            + " and the newest valid snapshot ends at index " + valid.index()
                            + (newestDamaged.index() > 0
                                    ? ", since the one at index " + newestDamaged.index() + " is damaged"
                                    : ""));
        }
        if (!isMadeUpForBy(log)) {
            throw Damage.corrupt(
                    directory,
                    "the snapshot at " + newestDamaged + " is damaged and the log, which ends at " + log.last()
                            + ", does not hold that entry");
        }
    }
}
