package io.pecanraft.examples.kv.replication;

import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.replication.HeldCall.Ending;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.examples.kv.store.Result;
import io.pecanraft.examples.kv.store.ResultCodec;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations of one connection, carried out in the order in which they came.
 *
 * <p>One batch is under way at a time; what arrives meanwhile is the next one. A batch that begins with a read is the run of
 * reads at the head, asked as one linearizable query. A batch that begins with a write takes reads along through the log,
 * so that "SET, GET, SET, GET" costs one round and every GET sees just the writes before it. Two batches under way at once
 * could overtake each other: the first refused during an election and tried again, the second accepted.
 *
 * <p>Every operation that was submitted gets its result, also when something here fails that nobody foresaw: an exception is
 * logged and becomes an error with an honest outcome, and the operations behind it go on.
 *
 * <p>Bounded by its user, who stops to submit; see the limits of the RESP server.
 */
public final class OperationPipeline {

    private static final Logger log = LoggerFactory.getLogger(OperationPipeline.class);

    /** One operation with whom to tell, and for a read the index from which on a local state is good enough. */
    private record Pending(
            Operation operation, OptionalLong localFrom, long deadlineNanos, Consumer<Result> whenDone) {}

    private final RaftNode node;
    private final EventThread thread;
    private final FormatGate gate;
    private final HoldPolicy policy;
    private final RandomGenerator random;
    private final int maxOperations;
    private final int maxBytes;
    private final BooleanSupplier mayStart;
    private final Runnable whenBatchEnded;

    private final Deque<Pending> waiting = new ArrayDeque<>();
    private long lastWriteIndex;
    private boolean underWay;
    private boolean closed;

    /**
     * A pipeline.
     *
     * @param gate says which formats may be proposed
     * @param maxOperations the most operations of a batch
     * @param maxBytes the most bytes of a batch, but for one of a single operation
     * @param mayStart asked before each batch, so that a client who does not read its replies gets no more of them made
     * @param whenBatchEnded called after a batch has ended: its results were handed out, or nobody was there to take them
     */
    public OperationPipeline(
            RaftNode node,
            EventThread thread,
            FormatGate gate,
            HoldPolicy policy,
            RandomGenerator random,
            int maxOperations,
            int maxBytes,
            BooleanSupplier mayStart,
            Runnable whenBatchEnded) {
        this.node = node;
        this.thread = thread;
        this.gate = gate;
        this.policy = policy;
        this.random = random;
        this.maxOperations = maxOperations;
        this.maxBytes = maxBytes;
        this.mayStart = mayStart;
        this.whenBatchEnded = whenBatchEnded;
    }

    /** Adds an operation at the end, a linearizable one if it is a read. Nothing starts before {@link #pump()}. */
    public void submit(Operation operation, Consumer<Result> whenDone) {
        submit(operation, OptionalLong.empty(), whenDone);
    }

    /**
     * Adds an operation at the end. Nothing starts before {@link #pump()}.
     *
     * @param localFrom for a read that may be answered from this server's state, once that has this index and all that was
     *     written here before; empty for a linearizable one. A read beside a write goes through the log with it
     */
    public void submit(Operation operation, OptionalLong localFrom, Consumer<Result> whenDone) {
        waiting.add(new Pending(operation, localFrom, thread.nanoTime() + policy.holdNanos(), whenDone));
    }

    /** The log index of the last batch of this pipeline that was acknowledged as written; 0 before the first. */
    public long lastWriteIndex() {
        return lastWriteIndex;
    }

    /** Starts the next batch if there is one and none is under way. */
    public void pump() {
        while (!underWay && !closed && !waiting.isEmpty() && mayStart.getAsBoolean()) {
            if (thread.nanoTime() - waiting.getFirst().deadlineNanos() >= 0) {
                Pending late = waiting.removeFirst();
                handOut(late, notDone(late, "it waited for the requests before it"));
                if (waiting.isEmpty()) {
                    whenBatchEnded.run();
                }
            } else {
                start(nextBatch());
            }
        }
    }

    /** Drops what has not started. What is under way goes on, and nobody hears of its results. */
    public void close() {
        closed = true;
        waiting.clear();
    }

    /** Whether a batch is under way, also after {@link #close()}. */
    public boolean isUnderWay() {
        return underWay;
    }

    private List<Pending> nextBatch() {
        boolean write = waiting.getFirst().operation().isWrite();
        OptionalLong localFrom = waiting.getFirst().localFrom();
        List<Pending> batch = new ArrayList<>();
        int bytes = OperationCodec.VERSION_BYTES;
        while (!waiting.isEmpty() && batch.size() < maxOperations) {
            if (!write
                    && (waiting.getFirst().operation().isWrite()
                            || !waiting.getFirst().localFrom().equals(localFrom))) {
                break;
            }
            boolean alone = write && !isOpenTo(waiting.getFirst().operation());
            if (alone && !batch.isEmpty()) {
                break;
            }
            bytes += OperationCodec.size(waiting.getFirst().operation());
            if (bytes > maxBytes && !batch.isEmpty()) {
                break;
            }
            batch.add(waiting.removeFirst());
            if (alone) {
                break;
            }
        }
        return batch;
    }

    /** What may not be proposed yet goes alone, so that nothing else is held or refused with it; a read then needs no proposal. */
    private boolean isOpenTo(Operation operation) {
        return gate.judge(OperationCodec.version(operation)) instanceof FormatGate.Open;
    }

    private void start(List<Pending> batch) {
        underWay = true;
        List<Operation> operations = batch.stream().map(Pending::operation).toList();
        ByteBuffer payload;
        try {
            payload = OperationCodec.encode(operations);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("could not encode a batch");
            onEnded(batch, new Ending.Refused("not done, internal error: " + e));
            return;
        }
        new HeldCall(
                        node,
                        thread,
                        random,
                        gate,
                        format(operations),
                        payload,
                        readConsistency(batch),
                        batch.get(0).deadlineNanos(),
                        ending -> onEnded(batch, ending))
                .start();
    }

    private static int format(List<Operation> operations) {
        return operations.stream().mapToInt(OperationCodec::version).max().orElse(1);
    }

    /** What a batch of reads sees; empty for one that writes. */
    private Optional<ReadConsistency> readConsistency(List<Pending> batch) {
        if (isWrite(batch)) {
            return Optional.empty();
        }
        OptionalLong localFrom = batch.get(0).localFrom();
        return Optional.of(
                localFrom.isPresent()
                        ? ReadConsistency.localNotBefore(Math.max(localFrom.getAsLong(), lastWriteIndex))
                        : ReadConsistency.linearizable());
    }

    private static boolean isWrite(List<Pending> batch) {
        return batch.get(0).operation().isWrite();
    }

    private void onEnded(List<Pending> batch, Ending ending) {
        underWay = false;
        if (closed) {
            whenBatchEnded.run();
            return;
        }
        if (ending instanceof Ending.Done done) {
            lastWriteIndex = Math.max(lastWriteIndex, done.index());
            onAnswer(batch, done.answer());
        } else if (ending instanceof Ending.NotDone notDone) {
            giveUp(batch, notDone.reason());
        } else if (ending instanceof Ending.Unknown unknown) {
            handOutToAll(batch, unknown("may still take effect", unknown.reason()));
        } else if (ending instanceof Ending.Refused refused) {
            handOutToAll(batch, new Result.Refused("ERR " + refused.reason()));
        } else if (ending instanceof Ending.TooNew tooNew) {
            handOutToAll(batch, new Result.Refused("UPGRADING not done: " + tooNew.reason()));
        }
        whenBatchEnded.run();
        pump();
    }

    private void onAnswer(List<Pending> batch, ByteBuffer answer) {
        List<Result> results;
        try {
            results = ResultCodec.decode(answer);
            if (results.isEmpty() || results.size() > batch.size()) {
                throw new IllegalStateException(results.size() + " results for a batch of " + batch.size());
            }
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("operations", batch.size())
                    .setCause(e)
                    .log("could not read the answer to a batch");
            handOutToAll(batch, failed(isWrite(batch), e));
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            handOut(batch.get(i), results.get(i));
        }
        // Results grew large, so the state machine left the rest alone: first in line again.
        putBack(batch.subList(results.size(), batch.size()));
    }

    /** The hold of the first is over. Those that came later have time left, and nothing was done: they go again. */
    private void giveUp(List<Pending> batch, String reason) {
        long longestDelay = HoldPolicy.maxDelayNanos();
        int over = 0;
        while (over < batch.size()
                && thread.nanoTime() + longestDelay - batch.get(over).deadlineNanos() >= 0) {
            over++;
        }
        over = Math.max(over, 1);
        for (Pending pending : batch.subList(0, over)) {
            handOut(pending, notDone(pending, reason));
        }
        putBack(batch.subList(over, batch.size()));
    }

    private static void handOutToAll(List<Pending> batch, Result result) {
        batch.forEach(pending -> handOut(pending, result));
    }

    private static void handOut(Pending pending, Result result) {
        try {
            pending.whenDone().accept(result);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("could not make a reply of a result");
            pending.whenDone().accept(failed(pending.operation().isWrite(), e));
        }
    }

    /** What became of an operation that was carried out, as far as its client will ever know. */
    private static Result failed(boolean write, RuntimeException failure) {
        return write
                ? unknown("may have taken effect", "its answer cannot be read: " + failure)
                : new Result.Refused("ERR internal error, nothing was changed: " + failure);
    }

    private static Result unknown(String effect, String reason) {
        return new Result.Refused("TIMEOUT outcome unknown (" + effect + "): " + reason);
    }

    private void putBack(List<Pending> rest) {
        for (int i = rest.size() - 1; i >= 0; i--) {
            waiting.addFirst(rest.get(i));
        }
    }

    private Result notDone(Pending pending, String reason) {
        long heldNanos = thread.nanoTime() - (pending.deadlineNanos() - policy.holdNanos());
        return new Result.Refused("CLUSTERDOWN not done, held for " + heldNanos / 1_000_000 + " ms: " + reason);
    }
}
