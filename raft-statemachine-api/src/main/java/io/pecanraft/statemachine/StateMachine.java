package io.pecanraft.statemachine;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A deterministic state machine, replicated by PecanRaft.
 *
 * <p>The smallest useful implementation applies each command of a batch and replies:
 *
 * <pre>{@code
 * public void apply(CommandBatch batch) {
 *     for (Command command : batch) {
 *         command.reply(applyOne(command.payload()));
 *     }
 * }
 * }</pre>
 *
 * <p>Threads: all methods are called by one thread at a time, never concurrently; see the package description for the
 * whole contract. The thread may change between calls, with a happens-before edge in between.
 */
public interface StateMachine extends AutoCloseable {

    /**
     * Applies committed commands in log order.
     *
     * <p>The result of a command is what was given to {@link Command#reply}; a command without a reply has an empty one.
     * An exception stops this node, with the batch's first index in the error; it is never skipped.
     *
     * @param batch valid until this method returns
     */
    void apply(CommandBatch batch);

    /**
     * Answers a read-only question about the current state. Must not change state.
     *
     * <p>The library has already established the consistency that the caller asked for. An exception fails this one read
     * and nothing else.
     *
     * @param query the bytes given to the read, read-only
     * @return the answer; ownership passes to the library
     */
    ByteBuffer query(ByteBuffer query);

    /**
     * Freezes the current state, quickly: commands wait while this runs. The frozen state is written later by
     * {@link SnapshotView#writeTo} on another thread.
     */
    SnapshotView captureSnapshot();

    /**
     * Replaces the whole state by the snapshot's. On return the state equals that after the command at
     * {@link SnapshotSource#lastIncludedIndex()}.
     *
     * @throws IOException when the snapshot cannot be read or understood; the node stops
     */
    void restore(SnapshotSource source) throws IOException;

    /**
     * The index of the last command whose effect this state machine itself has made durable; 0 for one that lives in
     * memory. Asked once, before the first {@code apply} or {@code restore}. Commands at or below it are not applied
     * again after a restart.
     *
     * <p>A state machine that persists itself must write this index in the same transaction as the effects.
     */
    default long appliedIndex() {
        return 0;
    }

    /** Releases resources. Called once, after the last other call. */
    @Override
    default void close() {}
}
