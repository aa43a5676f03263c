package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Does by hand, to a data directory that no server uses, what a start would do to its log: cuts a torn tail; and, when told so by name,
 * discards acknowledged entries that are damaged. Unlike a start it keeps for good what it cuts, beside the data, and does nothing else.
 *
 * <p>Acknowledged entries are discarded as a start discards them (K21): first a {@link RepairMarker} is durable, then the log is cut. So the
 * server goes on as one that has lost data: its votes are judged by what its log had, and it does not campaign before the others have
 * refilled it. Nothing here makes a server forget that; so what a start refuses is refused here as well.
 */
public final class StorageRepair implements Closeable {

    private final DirectoryLayout layout;
    private final StorageReport report;
    private @Nullable DirectoryLock lock; // null: given away to the storage that was opened, or given back

    private StorageRepair(DirectoryLayout layout, DirectoryLock lock) throws IOException {
        this.layout = layout;
        this.lock = lock;
        this.report = new StorageCheck(layout).run();
    }

    /**
     * What was done.
     *
     * @param keptIn where everything that was cut is kept; empty when there was nothing to do
     * @param last the last entry of the log now
     * @param marker what the log knows of having lost
     */
    public record Outcome(Optional<Path> keptIn, EntryId last, RepairMarker marker) {}

    /**
     * Takes the lock, reads everything, and changes nothing yet.
     *
     * @param directory what a server is given as its directory
     * @throws StorageException as {@link StorageInspection#open}
     */
    public static StorageRepair open(Path directory) {
        return DirectoryLock.keeping(StorageInspection.layoutOf(directory), DirectoryLock::acquire, StorageRepair::new);
    }

    /** What was found, and so what would be cut. */
    public StorageReport report() {
        return report;
    }

    /**
     * Cuts. Called once; the lock is given back at the end.
     *
     * @param discardAcknowledged whether acknowledged entries may be discarded, too
     * @param config as the server's
     * @throws StorageException CORRUPT, and nothing was changed, when acknowledged entries are damaged and may not be discarded, or a start
     *     would refuse or put the whole directory aside; otherwise as {@link ChronicleStorage#open}
     */
    public Outcome run(boolean discardAcknowledged, ChronicleStorageConfig config) {
        boolean discards = report.atStart() == StorageReport.AtStart.REFILLS_FROM_OTHERS;
        switch (report.atStart()) {
            case GOES_ON, GOES_ON_BEING_REFILLED -> {
                return new Outcome(Optional.empty(), report.last(), report.repair());
            }
            case CUTS_TORN_TAIL -> {}
            case REFILLS_FROM_OTHERS -> {
                if (!discardAcknowledged) {
                    throw refused(
                            "acknowledged entries are damaged, and it was not said that they may be discarded. A start of the"
                                    + " server discards them by itself and has the other servers refill the log");
                }
            }
            case BECOMES_NEW_INCARNATION ->
                throw refused(
                        "term and vote are lost, which no cut of the log brings back. A start of the server puts the"
                                + " directory aside and comes back as a new incarnation");
            case REFUSES ->
                throw refused(
                        "a start of the server would refuse it, too. Whether it is the only voter, or more than the log"
                                + " is damaged, a shorter log would be taken for all that there ever was");
        }
        DirectoryLock held = lock;
        if (held == null) {
            throw new IllegalStateException("run is called once, before close");
        }
        ChronicleEnvironment.check();
        try {
            Path kept = new CutParts(layout).keep(report);
            lock = null;
            try (ChronicleStorage storage = ChronicleStorage.openLocked(
                    layout, held, report.identity(), config.wherever(layout.directory()), discards)) {
                RecoveredLog recovered = discards ? storage.log().recover() : recoverAsInspected(storage, kept);
                EntryId last = new EntryId(
                        recovered.termStarts().isEmpty()
                                ? recovered.base().term()
                                : recovered
                                        .termStarts()
                                        .get(recovered.termStarts().size() - 1)
                                        .term(),
                        recovered.lastIndex());
                return new Outcome(Optional.of(kept), last, recovered.repair());
            }
        } catch (IOException e) {
            throw Damage.inaccessible(layout.directory(), "keep what is cut in", e);
        }
    }

    private RecoveredLog recoverAsInspected(ChronicleStorage storage, Path kept) {
        try {
            return storage.log().recover();
        } catch (StorageException e) {
            if (e.reason() != Reason.CORRUPT) {
                throw e;
            }
            throw new StorageException(
                    Reason.CORRUPT,
                    layout.directory() + " is not any more what was inspected: " + Damage.finding(e)
                            + ". Nothing was discarded for that; a copy of what was to be cut is in " + kept
                            + ". Inspect it again",
                    e);
        }
    }

    private StorageException refused(String why) {
        return new StorageException(Reason.CORRUPT, layout.directory() + " was not changed: " + why);
    }

    /** Gives the lock back, unless {@link #run} has. */
    @Override
    public void close() {
        DirectoryLock held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                throw Damage.inaccessible(layout.lock(), "give back", e);
            }
        }
    }
}
