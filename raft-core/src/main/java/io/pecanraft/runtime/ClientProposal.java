package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import io.pecanraft.model.EntryType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A command that a caller of this node proposed. */
final class ClientProposal<T> extends Proposal {

    /** Makes what the caller gets; throws the {@link RaftException} that the caller gets instead. */
    @FunctionalInterface
    interface Shape<T> {
        T of(long index, ByteBuffer reply);
    }

    private final Shape<T> shape;
    private final CompletableFuture<T> future = new CompletableFuture<>();

    ClientProposal(EntryType type, ByteBuffer command, long startNanos, Duration timeout, Shape<T> shape) {
        super(type, command, startNanos, timeout);
        this.shape = shape;
    }

    CompletableFuture<T> future() {
        return future;
    }

    @Override
    void succeed(long appliedIndex, ByteBuffer reply) {
        T result;
        try {
            result = shape.of(appliedIndex, reply);
        } catch (RaftException e) {
            future.completeExceptionally(e);
            return;
        }
        future.complete(result);
    }

    @Override
    void fail(RaftException why) {
        future.completeExceptionally(why);
    }
}
