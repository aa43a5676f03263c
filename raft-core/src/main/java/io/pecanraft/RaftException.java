package io.pecanraft;

/** A failed operation. The type says what happened, {@link #outcome()} whether it may have taken effect. */
public abstract sealed class RaftException extends RuntimeException
        permits NotLeaderException,
                OverloadedException,
                LeadershipTransferringException,
                LeadershipTransferFailedException,
                StalenessUnknownException,
                LeaseReadsOffException,
                StorageFullException,
                CommandTooLargeException,
                LeadershipLostException,
                OperationTimeoutException,
                QueryFailedException,
                SnapshotFailedException,
                MembershipChangeInProgressException,
                InvalidMembershipChangeException,
                CatchUpFailedException,
                SessionExpiredException,
                ReplyLostException,
                SequenceOutOfWindowException,
                NodeStoppedException,
                NodeFailedException {

    private static final long serialVersionUID = 1L;

    /** Whether an operation may have taken effect: the one thing to know before trying again. */
    public enum Outcome {
        /** Certainly not. Trying again cannot do it twice. */
        NOT_DONE,
        /** It may have taken effect, or may still. */
        UNKNOWN
    }

    private final Outcome outcome;

    RaftException(String message, Outcome outcome) {
        super(message);
        this.outcome = outcome;
    }

    RaftException(String message, Outcome outcome, Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    /** For those that are thrown often under load: without a stack trace, which would say nothing. */
    RaftException(String message, Outcome outcome, boolean writableStackTrace) {
        super(message, null, false, writableStackTrace);
        this.outcome = outcome;
    }

    /** Whether the operation may have taken effect. */
    public final Outcome outcome() {
        return outcome;
    }
}
