package io.pecanraft.protocol;

import io.pecanraft.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Whether a leadership transfer began, or goes on, or has nothing to do because the target leads.
 *
 * @param refusal why not; null when it did
 * @param target whom leadership goes to; of another transfer that is under way when that is the refusal, null when there is none
 */
public record TransferAdmission(
        @Nullable Refusal refusal, @Nullable NodeId target) {

    /** Why a transfer did not begin. */
    public enum Refusal {
        /** This server does not lead. */
        NOT_LEADER,
        /** The target is not in the configuration. */
        UNKNOWN_MEMBER,
        /** The target is a learner, or on its way out. */
        NOT_A_VOTER,
        /** No voter is in touch and replicating, so there is none to choose. */
        NO_CANDIDATE,
        /** Leadership is being transferred to another server. */
        ANOTHER_TRANSFER
    }

    static TransferAdmission refused(Refusal refusal) {
        return new TransferAdmission(refusal, null);
    }

    static TransferAdmission to(NodeId target) {
        return new TransferAdmission(null, target);
    }
}
