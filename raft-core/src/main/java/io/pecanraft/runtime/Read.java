package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A question to the state machine, waiting for the index as of which it may be answered. */
final class Read extends Operation implements Input {

    private final ByteBuffer query;
    private final ReadConsistency consistency;
    private final AtomicInteger outstanding;
    private final CompletableFuture<ByteBuffer> future = new CompletableFuture<>();

    // Set by the raft thread before the read is handed to the state machine.
    private long id;
    private long askedNanos;
    private long index;

    /**
     * A read.
     *
     * @param outstanding counts the node's reads that have not ended; already counts this one
     */
    Read(ByteBuffer query, ReadConsistency consistency, long startNanos, Duration timeout, AtomicInteger outstanding) {
        super(startNanos, timeout);
        this.query = query;
        this.consistency = consistency;
        this.outstanding = outstanding;
    }

    CompletableFuture<ByteBuffer> future() {
        return future;
    }

    ByteBuffer query() {
        return query;
    }

    ReadConsistency consistency() {
        return consistency;
    }

    void identify(long readId) {
        this.id = readId;
    }

    long id() {
        return id;
    }

    /** The protocol is being asked to confirm it, not earlier than at this time. */
    void askedAt(long nowNanos) {
        this.askedNanos = Math.max(nowNanos, startNanos());
    }

    long askedNanos() {
        return askedNanos;
    }

    void confirm(long readIndex) {
        this.index = readIndex;
    }

    /** What must have been applied before the state machine is asked. */
    long index() {
        return index;
    }

    /** Tells the caller the answer. After {@link #settle}, on the result lane. */
    void succeed(ByteBuffer answer) {
        outstanding.decrementAndGet();
        future.complete(answer);
    }

    @Override
    void fail(RaftException why) {
        outstanding.decrementAndGet();
        future.completeExceptionally(why);
    }

    @Override
    public int waitingBytes() {
        return query.remaining();
    }
}
