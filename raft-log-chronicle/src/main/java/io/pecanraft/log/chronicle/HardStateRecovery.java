package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Term, vote and formation record at a start: whether they are the newest ever promised, and, before anybody builds on them,
 * durable. What is read may be in the page cache only.
 *
 * <p>A file that was put back to an older copy of itself is right in itself. The log knows how often the hard state had been stored,
 * and the hard state how far the formation had come.
 */
final class HardStateRecovery implements Closeable {

    private final Path path;
    private final HardStateFile hardStateFile;
    private final FormationFile formationFile;
    private final HardState hardState;
    private final Optional<FormationRecord> formation;

    private HardStateRecovery(Path path, HardStateFile hardStateFile, FormationFile formationFile, Path formationPath)
            throws IOException {
        this.path = path;
        this.hardStateFile = hardStateFile;
        this.formationFile = formationFile;
        this.hardState = hardStateFile.read();
        this.formation = formationFile.read();
        requireAsFarAs(hardStateFile, formation, formationPath);
    }

    /** Refuses a formation record that is older than the hard state, which was read, knows. */
    static void requireAsFarAs(HardStateFile hardState, Optional<FormationRecord> formation, Path formationPath) {
        if (FormationFile.stateOf(formation) < hardState.formationState()) {
            throw Damage.corrupt(formationPath, "it is older than what this server has confirmed to others");
        }
    }

    static HardStateRecovery open(Path data, Incarnation storage, Barrier barrier) throws IOException {
        Path path = DirectoryLayout.hardState(data);
        Path formation = DirectoryLayout.formation(data);
        HardStateFile file = HardStateFile.open(path, storage, barrier);
        try {
            return new HardStateRecovery(path, file, new FormationFile(formation, storage, barrier), formation);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    HardState hardState() {
        return hardState;
    }

    Optional<FormationRecord> formation() {
        return formation;
    }

    HardStateFile hardStateFile() {
        return hardStateFile;
    }

    FormationFile formationFile() {
        return formationFile;
    }

    /** How often the hard state has been stored. */
    int generation() {
        return hardStateFile.generation();
    }

    /**
     * Rewrites and flushes both.
     *
     * @param storedAtLeast how often the hard state had been stored, as the log knows
     */
    void makeDurable(int storedAtLeast) throws IOException {
        if (generation() - storedAtLeast < 0) {
            throw putBack(path, generation(), storedAtLeast);
        }
        if (formation.isPresent()) {
            formationFile.store(formation.get());
            hardStateFile.storeFormationState(FormationFile.stateOf(formation));
        } else {
            hardStateFile.store(hardState);
        }
    }

    /**
     * Notes, durably, that the log has lost acknowledged entries; only then may what is left of them be discarded.
     *
     * @param lastPosition the last entry of the log before, if known
     */
    RepairMarker beginRepair(Optional<EntryId> lastPosition) throws IOException {
        hardStateFile.storeRepair(hardStateFile.repair().lost(lastPosition));
        return hardStateFile.repair();
    }

    /** What the log has lost. */
    RepairMarker repair() {
        return hardStateFile.repair();
    }

    static StorageException putBack(Path path, int generation, int storedAtLeast) {
        return Damage.corrupt(
                path,
                "it was put back to an older state: it has been stored " + Integer.toUnsignedString(generation)
                        + " times, but the log knows of " + Integer.toUnsignedString(storedAtLeast));
    }

    @Override
    public void close() throws IOException {
        hardStateFile.close();
    }
}
