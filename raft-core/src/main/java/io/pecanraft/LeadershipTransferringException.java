package io.pecanraft;

import io.pecanraft.model.NodeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The leader is handing over and takes no proposals meanwhile. Certainly not done; try again in a moment. */
public final class LeadershipTransferringException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable NodeId target;

    /** An error with the server that leadership goes to, as long as that is known. */
    public LeadershipTransferringException(String message, Optional<NodeId> target) {
        super(message, Outcome.NOT_DONE, false);
        this.target = target.orElse(null);
    }

    /** Who is to lead next; perhaps it already does. */
    public Optional<NodeId> target() {
        return Optional.ofNullable(target);
    }
}
