package io.pecanraft;

/**
 * This attempt was not applied, because its sequence is not one that the session still, or already, takes: below the first
 * outstanding one that the client has named, or as far above it as {@link RaftConfig#maxSessionOutstanding()}. Unknown,
 * because another attempt may have been applied, or may be. Never seen through a {@link RaftSession}, which counts right.
 */
public final class SequenceOutOfWindowException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long sessionId;
    private final long sequence;
    private final long firstOutstanding;

    /** An error with the command's identity and the first sequence that the session takes. */
    public SequenceOutOfWindowException(long sessionId, long sequence, long firstOutstanding) {
        super(
                "session " + sessionId + " does not take command " + sequence + ": its first outstanding one is "
                        + firstOutstanding,
                Outcome.UNKNOWN,
                false);
        this.sessionId = sessionId;
        this.sequence = sequence;
        this.firstOutstanding = firstOutstanding;
    }

    /** The session. */
    public long sessionId() {
        return sessionId;
    }

    /** The command's number in the session. */
    public long sequence() {
        return sequence;
    }

    /** The first sequence that the session takes. */
    public long firstOutstanding() {
        return firstOutstanding;
    }
}
