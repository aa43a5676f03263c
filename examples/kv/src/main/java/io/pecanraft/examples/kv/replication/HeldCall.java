package io.pecanraft.examples.kv.replication;

import io.pecanraft.CommandTooLargeException;
import io.pecanraft.NodeStatus;
import io.pecanraft.ProposalOptions;
import io.pecanraft.QueryFailedException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One command or query, tried until it is done, is given up, or its outcome is unknown.
 *
 * <pre>
 *   try ──► answer                                                    ──► Done
 *    ▲  └─► certainly not done (or a read), time left ──┐
 *    └──────────── jittered delay ◄─────────────────────┘
 *       └─► certainly not done (or a read), time over                 ──► NotDone   (CLUSTERDOWN)
 *       └─► a write of unknown outcome: never tried again             ──► Unknown   (TIMEOUT)
 *       └─► would fail every time                                     ──► Refused   (ERR)
 *       └─► not before all servers understand it (K19)                ──► TooNew    (UPGRADING)
 * </pre>
 */
final class HeldCall {

    /** How it ended. */
    sealed interface Ending {

        /**
         * Carried out.
         *
         * @param answer of the state machine
         * @param index of the command in the log; 0 for a query
         */
        record Done(ByteBuffer answer, long index) implements Ending {}

        /** Certainly not carried out, and the time is over. */
        record NotDone(String reason) implements Ending {}

        /** Perhaps carried out, perhaps later, perhaps never. */
        record Unknown(String reason) implements Ending {}

        /** Certainly not carried out, and never would be. */
        record Refused(String reason) implements Ending {}

        /** Certainly not carried out: not every server understands it yet. */
        record TooNew(String reason) implements Ending {}
    }

    private final RaftNode node;
    private final EventThread thread;
    private final RandomGenerator random;
    private final FormatGate gate;
    private final int format;
    private final ByteBuffer payload;
    private final Optional<ReadConsistency> read;
    private final long deadlineNanos;
    private final Consumer<Ending> whenEnded;
    private int failedTries;

    /**
     * A call.
     *
     * @param format the format of the payload
     * @param read what the query sees; empty for a command
     */
    HeldCall(
            RaftNode node,
            EventThread thread,
            RandomGenerator random,
            FormatGate gate,
            int format,
            ByteBuffer payload,
            Optional<ReadConsistency> read,
            long deadlineNanos,
            Consumer<Ending> whenEnded) {
        this.node = node;
        this.thread = thread;
        this.random = random;
        this.gate = gate;
        this.format = format;
        this.payload = payload;
        this.read = read;
        this.deadlineNanos = deadlineNanos;
        this.whenEnded = whenEnded;
    }

    void start() {
        // A query stays on this server, so it may be of any format that this one has.
        FormatGate.Verdict verdict = read.isPresent() ? new FormatGate.Open() : gate.judge(format);
        if (verdict instanceof FormatGate.Unknown unknown) {
            tryAgainOrGiveUp(unknown.reason());
        } else if (verdict instanceof FormatGate.Closed closed) {
            whenEnded.accept(new Ending.TooNew(closed.reason()));
        } else {
            tryNow();
        }
    }

    private void tryNow() {
        attempt().whenComplete((done, failure) -> thread.execute(() -> onAttempt(done, failure)));
    }

    /** An exception from the node is an ending like any other: thrown at a timer it would be nobody's. */
    private CompletableFuture<Ending.Done> attempt() {
        try {
            if (read.isEmpty()) {
                ProposalOptions options =
                        ProposalOptions.withTimeout(HoldPolicy.tryTimeout(deadlineNanos - thread.nanoTime()));
                return node.propose(payload.duplicate(), options)
                        .thenApply(result -> new Ending.Done(result.reply(), result.index()));
            }
            return node.read(payload.duplicate(), read.get()).thenApply(answer -> new Ending.Done(answer, 0));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void onAttempt(Ending.@Nullable Done done, @Nullable Throwable failure) {
        boolean write = read.isEmpty();
        if (done != null) {
            whenEnded.accept(done);
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof CommandTooLargeException || cause instanceof QueryFailedException) {
            whenEnded.accept(new Ending.Refused(String.valueOf(cause.getMessage())));
        } else if (cause instanceof RaftException raft && (!write || raft.outcome() == Outcome.NOT_DONE)) {
            tryAgainOrGiveUp(describe(raft));
        } else if (write) {
            whenEnded.accept(new Ending.Unknown(describe(cause)));
        } else {
            whenEnded.accept(new Ending.Refused(describe(cause)));
        }
    }

    private void tryAgainOrGiveUp(String reason) {
        failedTries++;
        long delayNanos = HoldPolicy.delayNanos(failedTries, random);
        NodeStatus status = node.status();
        NodeStatus.State state = status.state();
        boolean over = state == NodeStatus.State.FAILED || state == NodeStatus.State.CLOSED;
        if (over || thread.nanoTime() + delayNanos - deadlineNanos >= 0) {
            String forming = status.missingMembers().isEmpty()
                    ? ""
                    : "; the cluster is not formed yet, it waits for " + status.missingMembers();
            whenEnded.accept(new Ending.NotDone(reason + forming));
        } else {
            thread.schedule(this::start, delayNanos);
        }
    }

    private static String describe(@Nullable Throwable cause) {
        if (cause instanceof RaftException raft && raft.getMessage() != null) {
            return raft.getMessage();
        }
        return String.valueOf(cause);
    }
}
