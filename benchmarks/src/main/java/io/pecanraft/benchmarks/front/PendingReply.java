package io.pecanraft.benchmarks.front;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A request that waits for its answer; then an element of {@link Replies}. */
final class PendingReply implements BiConsumer<Object, Throwable> {

    private final Replies replies;
    private final int id;
    private final boolean isRead;
    private boolean failed;
    private @Nullable ByteBuffer value;

    @Nullable
    PendingReply next;

    /**
     * Waits.
     *
     * @param isRead whether the result is a value, which is answered
     */
    PendingReply(Replies replies, int id, boolean isRead) {
        this.replies = replies;
        this.id = id;
        this.isRead = isRead;
    }

    @Override
    public void accept(@Nullable Object result, @Nullable Throwable failure) {
        failed = failure != null;
        value = isRead && failure == null ? (ByteBuffer) result : null;
        replies.add(this);
    }

    int bytes() {
        return value == null ? Frame.REPLY_BYTES : Frame.REPLY_BYTES + Integer.BYTES + value.remaining();
    }

    void writeTo(ByteBuf out) {
        out.writeInt(id);
        if (value == null) {
            out.writeByte(failed ? Frame.FAILED : Frame.DONE);
        } else {
            out.writeByte(Frame.VALUE).writeInt(value.remaining()).writeBytes(value);
        }
    }
}
