package io.pecanraft;

import io.pecanraft.model.NodeId;

/**
 * A server that was to become a voter could not be brought to where the others are: it did not answer, made no progress, or
 * was slower than the cluster's clients. Or one that was to stay a voter cannot be reached, and without it the change would
 * have left no majority. Nothing has changed; learners that the change had added are removed again.
 */
public final class CatchUpFailedException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final transient NodeId node;
    private final long lagEntries;

    /**
     * An error about one server.
     *
     * @param lagEntries how many entries of the leader's log it lacks
     * @param why what went wrong, as the end of a sentence that begins with its name
     */
    public CatchUpFailedException(NodeId node, long lagEntries, String why) {
        super("the membership was not changed: " + node + " " + why, Outcome.NOT_DONE);
        this.node = node;
        this.lagEntries = lagEntries;
    }

    /** The server. */
    public NodeId node() {
        return node;
    }

    /** How many entries of the leader's log it lacks. */
    public long lagEntries() {
        return lagEntries;
    }
}
