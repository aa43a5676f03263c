package io.pecanraft.runtime;

import io.pecanraft.model.EntryType;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A command on its way into the log and through the state machine. */
abstract sealed class Proposal extends Operation implements Input permits ClientProposal, ForwardedProposal {

    private static final ByteBuffer IN_THE_LOG = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final EntryType type;
    private ByteBuffer command;

    // Where it was appended; written and read by the raft thread.
    private long index;
    private long term;

    Proposal(EntryType type, ByteBuffer command, long startNanos, Duration timeout) {
        super(startNanos, timeout);
        this.type = type;
        this.command = command;
    }

    /** Tells the caller that the command was applied. After {@link #settle}, on the result or event lane. */
    abstract void succeed(long appliedIndex, ByteBuffer reply);

    final EntryType type() {
        return type;
    }

    /** The payload of the entry; empty once it has been appended. */
    final ByteBuffer command() {
        return command;
    }

    final void appendedAt(long atIndex, long inTerm) {
        this.index = atIndex;
        this.term = inTerm;
        // The log decides from here on how long the bytes stay in memory; a state machine that hangs keeps this pending
        // for long.
        this.command = IN_THE_LOG;
    }

    final long index() {
        return index;
    }

    final long term() {
        return term;
    }

    @Override
    public final int waitingBytes() {
        return command.remaining();
    }
}
