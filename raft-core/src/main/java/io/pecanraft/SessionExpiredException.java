package io.pecanraft;

/**
 * There is no such session any more: it gave no sign of life for {@link RaftConfig#sessionTimeout()} of log time, or was
 * closed. Not done when this was the first attempt at the command; unknown for a resend, because an earlier attempt may have
 * been applied before the session was forgotten. Open another one.
 */
public final class SessionExpiredException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long sessionId;
    private final long sequence;

    /** An error with the command's identity; sequence 0 for what is no command. */
    public SessionExpiredException(long sessionId, long sequence, Outcome outcome) {
        super(
                "session " + sessionId + " has expired or was closed"
                        + (sequence == 0
                                ? ""
                                : outcome == Outcome.NOT_DONE
                                        ? "; command " + sequence + " was not applied"
                                        : "; an earlier attempt at command " + sequence + " may have been applied"),
                outcome,
                false);
        this.sessionId = sessionId;
        this.sequence = sequence;
    }

    /** The session. */
    public long sessionId() {
        return sessionId;
    }

    /** The command's number in the session; 0 for what is no command. */
    public long sequence() {
        return sequence;
    }
}
