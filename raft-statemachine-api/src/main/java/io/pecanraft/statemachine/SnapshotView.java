package io.pecanraft.statemachine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * State frozen at one point, as captured by {@link StateMachine#captureSnapshot()}.
 *
 * <p>Persistent maps, copied collections, copy-on-write pages and checkpoints of an embedded store all fit.
 */
public interface SnapshotView extends AutoCloseable {

    /** A state that is small enough to be encoded at once: its remaining bytes are copied, and {@code encoded} stays as it is. */
    static SnapshotView of(ByteBuffer encoded) {
        byte[] frozen = new byte[encoded.remaining()];
        encoded.get(encoded.position(), frozen);
        return out -> out.write(frozen);
    }

    /**
     * Writes the frozen state. Runs on the snapshot executor, concurrently with later {@code apply} calls, at most once.
     * The stream is buffered and must not be closed.
     *
     * @throws IOException when writing fails; the snapshot is abandoned and tried again later
     */
    void writeTo(OutputStream out) throws IOException;

    /** Releases what the view holds. Called exactly once, whether the view was written or not. */
    @Override
    default void close() {}
}
