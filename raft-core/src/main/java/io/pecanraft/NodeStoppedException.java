package io.pecanraft;

/** The node was closed, or not started. Unknown when the operation had been appended or forwarded before, else not done. */
public final class NodeStoppedException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** An error that says whether the operation may have taken effect. */
    public NodeStoppedException(String message, Outcome outcome) {
        super(message, outcome, false);
    }
}
