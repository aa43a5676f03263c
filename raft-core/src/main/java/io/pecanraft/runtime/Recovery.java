package io.pecanraft.runtime;

import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.protocol.Recovered;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a node does before it takes part: reads its log, its newest snapshot and what its state machine has kept, checks that
 * the three belong together, and brings the state machine to where the log goes on.
 *
 * <pre>
 *   snapshot lane: read log, find snapshot  →  apply lane: restore state machine  →  raft thread: begin
 * </pre>
 *
 * <p>A snapshot newer than the log is no contradiction: the node went down between storing a leader's snapshot and resetting
 * its log, and the protocol resets it now. A log that begins beyond the snapshot, or ends before what the state machine has
 * applied, is one: entries are missing that were acknowledged, and the node does not start.
 */
final class Recovery {

    private final Storage storage;
    private final Applier applier;
    private final Lane snapshotLane;
    private final Lane applyLane;

    Recovery(Storage storage, Applier applier, Lane snapshotLane, Lane applyLane) {
        this.storage = storage;
        this.applier = applier;
        this.snapshotLane = snapshotLane;
        this.applyLane = applyLane;
    }

    /** Recovers, and then hands over what the protocol must know, on the apply lane. What is thrown stops the node. */
    void run(Consumer<Recovered> then) {
        snapshotLane.execute(() -> {
            RecoveredLog log = storage.log().recover();
            Optional<SnapshotMeta> snapshot = storage.snapshots().latest();
            checkLogAgainstSnapshot(log, snapshot);
            SnapshotStore.Reader reader = snapshot.map(this::open).orElse(null);
            applyLane.execute(() -> {
                restore(log, snapshot, reader);
                then.accept(recovered(log, snapshot));
            });
        });
    }

    private SnapshotStore.Reader open(SnapshotMeta meta) {
        try {
            return storage.snapshots().open(meta);
        } catch (IOException e) {
            throw unreadable(meta, e);
        }
    }

    private void restore(RecoveredLog log, Optional<SnapshotMeta> snapshot, SnapshotStore.@Nullable Reader reader) {
        try (SnapshotStore.Reader opened = reader) {
            long applied = applier.readStateMachineIndex();
            long snapshotIndex = indexOf(snapshot);
            // A log that has lost its end will have it again, before anything that the state machine has not applied.
            if (applied > Math.max(log.lastIndex(), snapshotIndex)
                    && !log.repair().repairing()) {
                throw new StorageException(
                        Reason.CORRUPT,
                        "the state machine has applied everything up to index " + applied + ", but the log ends at "
                                + log.lastIndex() + " and the newest snapshot at " + snapshotIndex
                                + ": acknowledged entries are missing, or the state machine's data belongs elsewhere");
            }
            applier.startAfter(snapshot, log.formation().map(FormationRecord::membership));
            if (opened != null && snapshotIndex > applied) {
                applier.restoreNow(opened);
            } else if (opened != null) {
                // The state machine is beyond the snapshot by itself, but the sessions are not in it.
                applier.restoreSessions(opened);
            }
        } catch (IOException e) {
            throw unreadable(snapshot.orElseThrow(), e);
        }
    }

    private static void checkLogAgainstSnapshot(RecoveredLog log, Optional<SnapshotMeta> snapshot) {
        if (log.base().index() > indexOf(snapshot)) {
            throw new StorageException(
                    Reason.CORRUPT,
                    "the log begins after " + log.base() + ", but "
                            + snapshot.map(meta -> "the newest snapshot ends at " + meta.lastIncluded())
                                    .orElse("there is no snapshot")
                            + ": what lies between is missing. Restore the snapshot, or replace this member by one with"
                            + " an empty directory");
        }
    }

    private static Recovered recovered(RecoveredLog log, Optional<SnapshotMeta> snapshot) {
        return new Recovered(
                log.hardState(),
                log.formation(),
                log.base(),
                log.lastIndex(),
                log.termStarts(),
                log.membershipEntries(),
                Math.max(
                        log.lastTimestampMillis(),
                        snapshot.map(SnapshotMeta::lastTimestampMillis).orElse(0L)),
                snapshot,
                log.repair());
    }

    private static long indexOf(Optional<SnapshotMeta> snapshot) {
        return snapshot.map(SnapshotMeta::lastIncludedIndex).orElse(0L);
    }

    private static StorageException unreadable(SnapshotMeta meta, IOException cause) {
        return new StorageException(
                Reason.CORRUPT,
                "the newest snapshot, " + meta.lastIncluded() + ", cannot be restored: " + cause,
                cause);
    }
}
