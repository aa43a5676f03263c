package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import io.pecanraft.model.SnapshotMeta;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A caller's wish for a snapshot. Has no deadline: how long a snapshot takes is up to the state machine. */
final class SnapshotRequest extends Operation implements Input {

    private final CompletableFuture<SnapshotMeta> future = new CompletableFuture<>();

    SnapshotRequest(long startNanos) {
        super(startNanos, Duration.ofDays(Integer.MAX_VALUE));
    }

    CompletableFuture<SnapshotMeta> future() {
        return future;
    }

    /** Tells the caller what the snapshot stands for. After {@link #settle}, on the event lane. */
    void succeed(SnapshotMeta meta) {
        future.complete(meta);
    }

    @Override
    void fail(RaftException why) {
        future.completeExceptionally(why);
    }
}
