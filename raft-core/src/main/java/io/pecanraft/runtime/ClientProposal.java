package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A command that a caller of this node proposed. */
final class ClientProposal<T> extends Proposal {

    /** Makes what the caller gets. */
    @FunctionalInterface
    interface Shape<T> {
        T of(long index, ByteBuffer reply);
    }

    private final Shape<T> shape;
    private final CompletableFuture<T> future = new CompletableFuture<>();

    ClientProposal(ByteBuffer command, long startNanos, Duration timeout, Shape<T> shape) {
        super(command, startNanos, timeout);
        this.shape = shape;
    }

    CompletableFuture<T> future() {
        return future;
    }

    @Override
    void succeed(long appliedIndex, ByteBuffer reply) {
        future.complete(shape.of(appliedIndex, reply));
    }

    @Override
    void fail(RaftException why) {
        future.completeExceptionally(why);
    }
}
