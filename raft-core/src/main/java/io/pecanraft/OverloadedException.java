package io.pecanraft;

/** A bounded queue is full. Certainly not done; try again later, with back-off. */
public final class OverloadedException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final String limitName;
    private final long limit;

    /** An error naming the limit as {@link RaftConfig} does. */
    public OverloadedException(String limitName, long limit) {
        super("overloaded: " + limitName + " (" + limit + ") is reached; try again later", Outcome.NOT_DONE, false);
        this.limitName = limitName;
        this.limit = limit;
    }

    /** An error of another server, as it told it. */
    public OverloadedException(String message, String limitName, long limit) {
        super(message, Outcome.NOT_DONE, false);
        this.limitName = limitName;
        this.limit = limit;
    }

    /** The name of the limit in {@link RaftConfig}. */
    public String limitName() {
        return limitName;
    }

    /** Its value. */
    public long limit() {
        return limit;
    }
}
