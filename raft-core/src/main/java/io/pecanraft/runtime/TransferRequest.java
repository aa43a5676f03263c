package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import io.pecanraft.model.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A caller's wish that another server lead. */
final class TransferRequest extends Operation implements Input {

    private final @Nullable NodeId target;
    private final CompletableFuture<NodeId> future = new CompletableFuture<>();

    /** A wish for this server; null for the best there is. */
    TransferRequest(@Nullable NodeId target, long startNanos, Duration timeout) {
        super(startNanos, timeout);
        this.target = target;
    }

    CompletableFuture<NodeId> future() {
        return future;
    }

    @Nullable
    NodeId target() {
        return target;
    }

    /** Tells the caller who leads. After {@link #settle}, on the event lane. */
    void succeed(NodeId leader) {
        future.complete(leader);
    }

    @Override
    void fail(RaftException why) {
        future.completeExceptionally(why);
    }
}
