package io.pecanraft.testkit.linearizability;

/** A history is not linearizable, or nobody knows. The message explains it and names the page that shows it. */
public final class LinearizabilityFailure extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What is known. */
    public enum Kind {
        /** No order explains the answers. */
        NOT_LINEARIZABLE,
        /** The limits of the search were reached first: the test has shown nothing. */
        NOT_DECIDED
    }

    LinearizabilityFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What is known. */
    public Kind kind() {
        return kind;
    }
}
