package io.pecanraft;

/**
 * The leader's disk has no room for new commands. Certainly not done. The node goes on, serves reads and votes, and takes commands
 * again by itself as soon as there is room.
 */
public final class StorageFullException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** An error that says how much room is left, and what to do. */
    public StorageFullException(String message) {
        super(message, Outcome.NOT_DONE, false);
    }
}
