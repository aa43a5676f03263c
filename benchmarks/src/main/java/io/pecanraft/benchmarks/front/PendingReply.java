package io.pecanraft.benchmarks.front;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A request that waits for its answer; then an element of {@link Replies}. */
final class PendingReply implements BiConsumer<Object, Throwable> {

    private final Replies replies;
    final int id;
    byte status;

    @Nullable
    PendingReply next;

    PendingReply(Replies replies, int id) {
        this.replies = replies;
        this.id = id;
    }

    @Override
    public void accept(@Nullable Object result, @Nullable Throwable failure) {
        status = failure == null ? Frame.DONE : Frame.FAILED;
        replies.add(this);
    }
}
