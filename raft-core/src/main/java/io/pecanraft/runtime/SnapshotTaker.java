package io.pecanraft.runtime;

import io.pecanraft.OverloadedException;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.SnapshotFailedException;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.spi.SnapshotStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * Takes snapshots: when enough has been applied since the last one, or when asked to; one at a time.
 *
 * <p>The state is frozen on the apply lane between two batches, written on the snapshot lane while commands go on, and
 * reported to the raft thread once it is durable. A failure changes nothing; the next threshold is the next try.
 */
final class SnapshotTaker {

    private final RaftConfig config;
    private final Applier applier;
    private final SnapshotStore store;
    private final Lane lane;
    private final Completions completions;
    private final RaftExecutor clock;
    private final NodeLog log;
    private final Mailbox mailbox;

    private volatile boolean stopped;

    // Raft thread.
    private final List<SnapshotRequest> requests = new ArrayList<>();
    private boolean taking;
    private String reason = "";
    private long bytesSinceLast;

    SnapshotTaker(
            RaftConfig config,
            Applier applier,
            SnapshotStore store,
            Lane lane,
            Completions completions,
            RaftExecutor clock,
            NodeLog log,
            Mailbox mailbox) {
        this.config = config;
        this.applier = applier;
        this.store = store;
        this.lane = lane;
        this.completions = completions;
        this.clock = clock;
        this.log = log;
        this.mailbox = mailbox;
    }

    /** A caller wants one; joins the one being taken. */
    void request(SnapshotRequest request) {
        if (requests.size() >= config.mailboxCapacity()) {
            completions.fail(request, new OverloadedException("mailboxCapacity", config.mailboxCapacity()));
            return;
        }
        requests.add(request);
        if (!taking) {
            take("asked for");
        }
    }

    /** These entries were handed to the state machine, from which moment a snapshot may include them. */
    void handedOver(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            bytesSinceLast += entry.payloadBytes() + LogEntry.OVERHEAD_BYTES;
        }
        takeWhenDue();
    }

    /** A snapshot of the leader replaced the state. */
    void restored() {
        bytesSinceLast = 0;
    }

    /** Why the one that is being taken is. */
    String reason() {
        return reason;
    }

    /** The snapshot is durable, or an earlier one covers as much. */
    void taken(SnapshotMeta meta) {
        taking = false;
        for (SnapshotRequest request : takeRequests()) {
            if (request.settle()) {
                completions.tell(() -> request.succeed(meta));
            }
        }
        takeWhenDue();
    }

    /** There is none. */
    void failed(SnapshotFailedException why) {
        taking = false;
        takeRequests().forEach(request -> completions.fail(request, why));
        takeWhenDue();
    }

    /** Ends the waiting of callers, and the writing. */
    void terminate(Termination termination) {
        stopped = true;
        takeRequests().forEach(request -> completions.fail(request, termination.exception(Outcome.NOT_DONE)));
    }

    private List<SnapshotRequest> takeRequests() {
        List<SnapshotRequest> all = List.copyOf(requests);
        requests.clear();
        return all;
    }

    private void takeWhenDue() {
        if (!taking && config.snapshotLogBytes() > 0 && bytesSinceLast >= config.snapshotLogBytes()) {
            take("the log has grown by snapshotLogBytes");
        }
    }

    private void take(String newReason) {
        taking = true;
        reason = newReason;
        bytesSinceLast = 0;
        long startNanos = clock.nanoTime();
        applier.freeze(frozen -> writeLater(frozen, startNanos), why -> mailbox.post(new Input.SnapshotFailed(why)));
    }

    // ---- apply lane

    private void writeLater(Applier.Frozen frozen, long startNanos) {
        try {
            lane.execute(() -> mailbox.post(write(frozen, startNanos)));
        } catch (RejectedExecutionException e) {
            close(frozen);
            throw e;
        }
    }

    // ---- snapshot lane

    private Input write(Applier.Frozen frozen, long startNanos) {
        try {
            if (stopped) {
                return new Input.SnapshotFailed(new SnapshotFailedException("the node is stopping"));
            }
            Optional<SnapshotMeta> newest = store.latest();
            if (newest.isPresent()
                    && newest.get().lastIncludedIndex() >= frozen.lastIncluded().index()) {
                return new Input.SnapshotCovered(newest.get());
            }
            SnapshotMeta meta = writeTo(frozen);
            return new Input.SnapshotWritten(meta, frozen.captureNanos(), clock.nanoTime() - startNanos);
        } catch (IOException | RuntimeException e) {
            return new Input.SnapshotFailed(new SnapshotFailedException(
                    "snapshot at " + frozen.lastIncluded() + " could not be written: " + e, e));
        } finally {
            close(frozen);
        }
    }

    private void close(Applier.Frozen frozen) {
        try {
            frozen.view().close();
        } catch (RuntimeException e) {
            log.warn()
                    .addKeyValue("lastIncluded", frozen.lastIncluded())
                    .setCause(e)
                    .log("view of a snapshot could not be closed");
        }
    }

    private SnapshotMeta writeTo(Applier.Frozen frozen) throws IOException {
        try (SnapshotStore.Writer writer =
                store.begin(frozen.lastIncluded(), frozen.membership(), frozen.lastTimestampMillis())) {
            SnapshotOutput out = new SnapshotOutput(writer.stream(), () -> stopped);
            SnapshotFormat.writeHeader(frozen.sessions(), out);
            frozen.view().writeTo(out);
            out.flush(); // which fails when a write has failed, whoever has swallowed that
            return writer.commit();
        }
    }
}
