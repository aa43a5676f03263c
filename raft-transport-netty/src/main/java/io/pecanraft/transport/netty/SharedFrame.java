package io.pecanraft.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.pecanraft.model.RaftMessage;
import org.jspecify.annotations.Nullable;

/**
 * The last AppendEntries that an event loop has encoded. A leader gives the very same message to all followers that lack the
 * same, and their connections for bulk share a loop, as long as there are no more loops than two: so it is encoded once.
 *
 * <p>Holds one frame, until there is another one or a connection of the loop is closed. Belongs to its loop's thread.
 */
final class SharedFrame {

    private static final FastThreadLocal<SharedFrame> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected SharedFrame initialValue() {
            return new SharedFrame();
        }

        @Override
        protected void onRemoval(SharedFrame shared) {
            shared.forget();
        }
    };

    private @Nullable Sender from;
    private @Nullable RaftMessage message;
    private @Nullable ByteBuf frame;

    private SharedFrame() {}

    /** That of the event loop which calls. */
    static SharedFrame ofThisLoop() {
        return OF_LOOP.get();
    }

    /** The frame of this very message, to be written and so released by the caller; null when another one is held. */
    @Nullable
    ByteBuf of(Sender sender, RaftMessage wanted) {
        ByteBuf held = frame;
        return held != null && message == wanted && sender.equals(from) ? held.retainedDuplicate() : null;
    }

    /** Keeps a frame that its caller is about to write. */
    void keep(Sender sender, RaftMessage encoded, ByteBuf itsFrame) {
        forget();
        from = sender;
        message = encoded;
        frame = itsFrame.retainedDuplicate();
    }

    /** Gives the memory back. */
    void forget() {
        ByteBuf held = frame;
        from = null;
        message = null;
        frame = null;
        if (held != null) {
            held.release();
        }
    }
}
