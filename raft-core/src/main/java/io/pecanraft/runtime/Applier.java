package io.pecanraft.runtime;

import io.pecanraft.QueryFailedException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.SnapshotFailedException;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Owns the state machine: applies, queries, freezes and restores it, in the order in which the raft thread asks, on the apply
 * lane.
 *
 * <p>Also holds the client sessions, which see every entry before it does, and knows the configuration, the timestamp and the
 * entry as of which the state is, so that a snapshot and what it says of itself are frozen in the same step. After the first failure, or once the node ends, nothing is applied any more: the
 * applied index does not move past a command whose effect is not there.
 */
final class Applier {

    private static final int RESTORE_BUFFER_BYTES = 64 * 1024;

    /** State frozen together with what it stands for. The view is to be closed by whoever gets it. */
    record Frozen(
            SnapshotView view,
            EntryId lastIncluded,
            Membership membership,
            long lastTimestampMillis,
            SessionsImage sessions,
            long captureNanos) {}

    private final NodeId node;
    private final StateMachine stateMachine;
    private final Lane lane;
    private final Lane results;
    private final RaftExecutor clock;
    private final RaftMetrics metrics;
    private final Mailbox mailbox;

    private volatile @Nullable Termination termination;

    // As of the last applied entry. Apply lane.
    private EntryId lastApplied = EntryId.ZERO;
    private long lastTimestampMillis;
    private @Nullable Membership membership;
    private long stateMachineIndex;
    private final SessionTable sessions = new SessionTable();

    Applier(
            NodeId node,
            StateMachine stateMachine,
            Lane lane,
            Lane results,
            RaftExecutor clock,
            RaftMetrics metrics,
            Mailbox mailbox) {
        this.node = node;
        this.stateMachine = stateMachine;
        this.lane = lane;
        this.results = results;
        this.clock = clock;
        this.metrics = metrics;
        this.mailbox = mailbox;
    }

    // ---- any thread

    /** From now on nothing more is applied or asked. */
    void terminate(Termination why) {
        if (termination == null) {
            termination = why;
        }
    }

    // ---- asked by the raft thread, in order

    /** Applies entries and tells their proposers, then the raft thread. */
    void apply(CommittedBatch batch) {
        try {
            lane.execute(() -> applyNow(batch));
        } catch (RejectedExecutionException e) {
            batch.fail(Termination.failed(node, e));
            throw e;
        }
    }

    /** Puts reads to the state machine; everything up to their indexes has been handed over before. */
    void ask(QueryBatch batch) {
        lane.execute(() -> answer(batch));
    }

    /** Tells the configuration that the cluster was formed with. */
    void formed(Membership first) {
        lane.execute(() -> {
            if (membership == null) {
                membership = first;
            }
        });
    }

    /** Freezes the state between two batches, or says why that cannot be. The state machine goes on either way. */
    void freeze(Consumer<Frozen> then, Consumer<SnapshotFailedException> otherwise) {
        lane.execute(() -> {
            Frozen frozen;
            try {
                frozen = freezeNow();
            } catch (SnapshotFailedException e) {
                otherwise.accept(e);
                return;
            }
            then.accept(frozen);
        });
    }

    /** Replaces the state by a snapshot's, then tells the raft thread. */
    void restore(SnapshotStore.Reader reader) {
        lane.execute(() -> {
            try (reader) {
                if (termination != null) {
                    return;
                }
                long start = clock.nanoTime();
                if (reader.meta().lastIncludedIndex() > stateMachineIndex) {
                    restoreNow(reader);
                } else {
                    // Its log was cut by a repair (K21), and it is further by itself. What follows is skipped up to
                    // there, so a state that was put back to the snapshot's would never have it.
                    restoreSessions(reader);
                    startAfter(Optional.of(reader.meta()), Optional.empty());
                }
                Input done = new Input.SnapshotRestored(reader.meta(), clock.nanoTime() - start);
                inResultOrder(() -> mailbox.post(done));
            } catch (IOException e) {
                throw new IllegalStateException(
                        "snapshot " + reader.meta().lastIncluded() + " of the leader could not be restored", e);
            }
        });
    }

    // ---- apply lane

    /** What the state machine itself has made durable. Once, before all else. */
    long readStateMachineIndex() {
        stateMachineIndex = stateMachine.appliedIndex();
        return stateMachineIndex;
    }

    /** Where to go on after a start: right after this snapshot, or after the beginning. */
    void startAfter(Optional<SnapshotMeta> snapshot, Optional<Membership> formedWith) {
        membership = snapshot.map(SnapshotMeta::membership).or(() -> formedWith).orElse(null);
        lastApplied = snapshot.map(SnapshotMeta::lastIncluded).orElse(EntryId.ZERO);
        lastTimestampMillis = snapshot.map(SnapshotMeta::lastTimestampMillis).orElse(0L);
    }

    /** Replaces the state by a snapshot's. */
    void restoreNow(SnapshotStore.Reader reader) throws IOException {
        SnapshotMeta meta = reader.meta();
        try (InputStream in = new BufferedInputStream(reader.stream(), RESTORE_BUFFER_BYTES)) {
            SessionsImage image = SnapshotFormat.readHeader(in);
            stateMachine.restore(new Stored(meta.lastIncludedIndex(), in));
            // The checksum is verified at the end, which a state machine need not read up to.
            in.transferTo(OutputStream.nullOutputStream());
            sessions.restore(image);
        }
        startAfter(Optional.of(meta), Optional.empty());
    }

    /** Restores the client sessions of a snapshot whose state the state machine has by itself. */
    void restoreSessions(SnapshotStore.Reader reader) throws IOException {
        try (InputStream in = new BufferedInputStream(reader.stream(), RESTORE_BUFFER_BYTES)) {
            SessionsImage image = SnapshotFormat.readHeader(in);
            in.transferTo(OutputStream.nullOutputStream());
            sessions.restore(image);
        }
    }

    /** Releases the state machine. Last of all. */
    void close() {
        stateMachine.close();
    }

    private void applyNow(CommittedBatch batch) {
        Termination ended = termination;
        if (ended != null) {
            inResultOrder(() -> batch.fail(ended));
            return;
        }
        Invariant.that(
                batch.entries().get(0).index() == lastApplied.index() + 1,
                "entries to apply do not follow what is applied",
                batch.entries().get(0).index(),
                lastApplied.index());
        sessions.before(batch);
        batch.skipThrough(stateMachineIndex);
        if (batch.size() > 0) {
            long start = clock.nanoTime();
            try {
                stateMachine.apply(batch);
            } catch (Throwable t) {
                Throwable failure = new IllegalStateException(
                        "state machine failed on commands " + batch.firstIndex() + " to " + batch.lastIndex() + ": "
                                + t,
                        t);
                Termination end = Termination.failed(node, failure);
                terminate(end);
                inResultOrder(() -> batch.fail(end));
                mailbox.post(new Input.Broken(failure));
                return;
            }
            metrics.applied(batch.size(), clock.nanoTime() - start);
        }
        batch.close();
        sessions.after(batch);
        remember(batch.entries());
        metrics.sessions(sessions.size(), sessions.replyBytes());
        Input.Applied applied = new Input.Applied(lastApplied.index(), sessions.nextExpiryMillis());
        inResultOrder(() -> {
            batch.complete();
            mailbox.post(applied);
        });
    }

    private void remember(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            if (entry.type() == EntryType.MEMBERSHIP) {
                membership = MembershipCodec.decode(entry.payload()).atIndex(entry.index());
            }
        }
        LogEntry last = entries.get(entries.size() - 1);
        lastApplied = last.id();
        lastTimestampMillis = last.timestampMillis();
    }

    private void answer(QueryBatch batch) {
        @Nullable ByteBuffer[] answers = new ByteBuffer[batch.reads().size()];
        @Nullable RaftException[] failures = new RaftException[answers.length];
        for (int i = 0; i < answers.length; i++) {
            Read read = batch.reads().get(i);
            Termination ended = termination;
            if (ended != null) {
                failures[i] = ended.exception(Outcome.NOT_DONE);
                continue;
            }
            Invariant.that(
                    read.index() <= lastApplied.index(),
                    "a read as of an index that is not applied",
                    read.index(),
                    lastApplied.index());
            if (!read.isSettled()) {
                try {
                    answers[i] = Objects.requireNonNull(
                            stateMachine.query(read.query().duplicate()), "the state machine answered null");
                } catch (Exception e) {
                    failures[i] = new QueryFailedException(e);
                } catch (StackOverflowError e) {
                    failures[i] = new QueryFailedException(e);
                }
            }
        }
        inResultOrder(() -> tell(batch, answers, failures));
    }

    private static void tell(QueryBatch batch, @Nullable ByteBuffer[] answers, @Nullable RaftException[] failures) {
        for (int i = 0; i < answers.length; i++) {
            Read read = batch.reads().get(i);
            ByteBuffer answer = answers[i];
            RaftException failure = failures[i];
            if ((answer != null || failure != null) && read.settle()) {
                if (failure != null) {
                    read.fail(failure);
                } else if (answer != null) {
                    read.succeed(answer);
                }
            }
        }
        batch.answered();
    }

    private Frozen freezeNow() {
        Membership asOfNow = membership;
        if (termination != null) {
            throw new SnapshotFailedException("the node is stopping");
        }
        if (asOfNow == null || lastApplied.index() == 0) {
            throw new SnapshotFailedException(
                    "nothing has been applied yet, so there is nothing to take a snapshot of");
        }
        if (lastApplied.index() < stateMachineIndex) {
            // K22: whoever restored it would apply a second time what lies in between.
            throw new SnapshotFailedException("the state machine has kept its state up to index " + stateMachineIndex
                    + ", and the log is replayed up to " + lastApplied + " only: try again later");
        }
        long start = clock.nanoTime();
        try {
            SnapshotView view = stateMachine.captureSnapshot();
            return new Frozen(
                    view, lastApplied, asOfNow, lastTimestampMillis, sessions.freeze(), clock.nanoTime() - start);
        } catch (RuntimeException e) {
            throw new SnapshotFailedException(
                    "the state machine failed to freeze its state at " + lastApplied + ": " + e, e);
        }
    }

    /** Runs what tells callers and the raft thread of results, in the order of the results. */
    private void inResultOrder(Runnable task) {
        if (results == lane) {
            task.run();
        } else {
            results.executeAnyway(task);
        }
    }

    private record Stored(long lastIncludedIndex, InputStream stream) implements SnapshotSource {}
}
