package io.pecanraft;

/**
 * Another change of membership is under way, and there is one at a time. Certainly not done; try again when it has ended, and
 * look at the configuration first.
 */
public final class MembershipChangeInProgressException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long pendingIndex;

    /** An error naming the newest configuration of the change that is under way; 0 when it has not got as far as one. */
    public MembershipChangeInProgressException(long pendingIndex) {
        super(
                "another change of membership is under way"
                        + (pendingIndex > 0 ? "; its configuration has index " + pendingIndex : "")
                        + "; try again when it has ended",
                Outcome.NOT_DONE);
        this.pendingIndex = pendingIndex;
    }

    /** The index of the newest configuration of the change that is under way; 0 when it has not got as far as one. */
    public long pendingIndex() {
        return pendingIndex;
    }
}
