package io.pecanraft.statemachine;

import java.nio.ByteBuffer;
import java.util.Optional;

/** One committed command. Valid until the {@code apply} that received it returns. */
public interface Command {

    /** The log index, the same on every server. */
    long index();

    /**
     * The time of this command in milliseconds, stamped by the leader that appended it and part of the log: the same on
     * every server, never decreasing from command to command. Roughly the Unix epoch, but it advances with monotonic
     * time, so jumps of a wall clock do not show.
     */
    long timestampMillis();

    /** The client session that proposed the command, if it was proposed in one. */
    Optional<SessionInfo> session();

    /** The bytes that were proposed: a read-only view of its own, so its position may be moved freely. */
    ByteBuffer payload();

    /**
     * Sets the result that the proposer receives. At most once; without it the result is empty. Only the server where
     * the proposal was made delivers it, but it must be the same on all, since sessions replicate it.
     *
     * @param result the remaining bytes; ownership passes to the library
     * @throws IllegalStateException when a reply was given before
     */
    void reply(ByteBuffer result);
}
