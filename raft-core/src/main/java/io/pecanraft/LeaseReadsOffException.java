package io.pecanraft;

/** A read by the leader's lease was asked of a server that is not configured for them. Not answered. */
public final class LeaseReadsOffException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** An error that says what to do. */
    public LeaseReadsOffException(String message) {
        super(message, Outcome.NOT_DONE, false);
    }
}
