package io.pecanraft;

/** A command is larger than {@link RaftConfig#maxCommandBytes()}. Certainly not done, and never will be. */
public final class CommandTooLargeException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long bytes;
    private final long limit;

    /** An error with both numbers. */
    public CommandTooLargeException(long bytes, long limit) {
        super("command of " + bytes + " bytes is larger than maxCommandBytes (" + limit + ")", Outcome.NOT_DONE, false);
        this.bytes = bytes;
        this.limit = limit;
    }

    /** The size of the command. */
    public long bytes() {
        return bytes;
    }

    /** The limit. */
    public long limit() {
        return limit;
    }
}
