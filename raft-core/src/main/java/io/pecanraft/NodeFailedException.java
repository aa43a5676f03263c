package io.pecanraft;

/**
 * The node stopped itself, because storage failed, the state machine threw, or its own state became impossible. The cause
 * says which. Unknown when the operation had been appended or forwarded before, else not done.
 */
public final class NodeFailedException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** An error that says whether the operation may have taken effect. */
    public NodeFailedException(String message, Outcome outcome, Throwable cause) {
        super(message, outcome, cause);
    }
}
