package io.pecanraft;

/** The state machine threw on a query. The cause is what it threw. Nothing was changed. */
public final class QueryFailedException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** An error with what the state machine threw. */
    public QueryFailedException(Throwable cause) {
        super("the state machine failed on a query: " + cause, Outcome.NOT_DONE, cause);
    }
}
