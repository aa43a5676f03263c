package io.pecanraft;

import io.pecanraft.model.NodeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Leadership was not handed over. The outcome is {@code UNKNOWN} when the target had been asked to campaign, so that it may still
 * take over later.
 */
public final class LeadershipTransferFailedException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The target is no member. */
        UNKNOWN_MEMBER,
        /** The target is a learner, or on its way out; or it became so meanwhile. */
        NOT_A_VOTER,
        /** No target was named, and no voter is in touch and replicating. */
        NO_CANDIDATE,
        /** Leadership is being handed to another server; {@link #target()} says to which. */
        ANOTHER_TRANSFER,
        /** The target did not catch up, or was not elected, in time. */
        TIMED_OUT,
        /** Another server than the target was elected. */
        ANOTHER_LEADER
    }

    private final Reason reason;
    private final transient @Nullable NodeId target;

    /** An error with the target, where there is one. */
    public LeadershipTransferFailedException(String message, Reason reason, Optional<NodeId> target, Outcome outcome) {
        super(message, outcome, false);
        this.reason = reason;
        this.target = target.orElse(null);
    }

    /** Why leadership was not handed over. */
    public Reason reason() {
        return reason;
    }

    /** To whom it was to go. */
    public Optional<NodeId> target() {
        return Optional.ofNullable(target);
    }
}
