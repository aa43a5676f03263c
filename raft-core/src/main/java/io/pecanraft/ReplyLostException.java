package io.pecanraft;

/**
 * The command was applied, once, but its reply is no longer kept: more replies came than {@link
 * RaftConfig#maxSessionReplyBytes()} or {@link RaftConfig#maxTotalReplyBytes()} allow, or the server that answers has
 * restarted with a state machine that keeps its own state. The effect is there; what it replied is unknown.
 */
public final class ReplyLostException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long sessionId;
    private final long sequence;
    private final long index;

    /** An error with the command's identity and its place in the log. */
    public ReplyLostException(long sessionId, long sequence, long index) {
        super(
                "command " + sequence + " of session " + sessionId + " was applied at index " + index
                        + ", but its reply is no longer kept",
                Outcome.UNKNOWN,
                false);
        this.sessionId = sessionId;
        this.sequence = sequence;
        this.index = index;
    }

    /** The session. */
    public long sessionId() {
        return sessionId;
    }

    /** The command's number in the session. */
    public long sequence() {
        return sequence;
    }

    /** The index at which it was applied: a local read not before this index sees its effect. */
    public long index() {
        return index;
    }
}
