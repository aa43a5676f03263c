package io.pecanraft;

/**
 * The leader that appended the command lost its leadership, or contact, before the result was known. Unknown: the entry may
 * be committed by the next leader, or be overwritten.
 */
public final class LeadershipLostException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long index;
    private final long term;

    /** An error with the place that the command was given; zeros when it was forwarded and the place is not known. */
    public LeadershipLostException(String message, long index, long term) {
        super(message, Outcome.UNKNOWN, false);
        this.index = index;
        this.term = term;
    }

    /** The index that the command was given; 0 when not known. */
    public long index() {
        return index;
    }

    /** The term that the command was given; 0 when not known. */
    public long term() {
        return term;
    }
}
