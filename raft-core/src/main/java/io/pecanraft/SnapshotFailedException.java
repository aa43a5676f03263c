package io.pecanraft;

/** A snapshot could not be taken. The earlier one and the log are untouched. */
public final class SnapshotFailedException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** An error with a sentence that says why. */
    public SnapshotFailedException(String message) {
        super(message, Outcome.NOT_DONE, false);
    }

    /** An error with its cause. */
    public SnapshotFailedException(String message, Throwable cause) {
        super(message, Outcome.NOT_DONE, cause);
    }
}
