package io.pecanraft;

import io.pecanraft.model.NodeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** No leader could take the operation: this server does not lead and could not, or may not, forward. Certainly not done. */
public final class NotLeaderException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable NodeId leader;
    private final long term;

    /** An error with the leader as this server knows it, if any. */
    public NotLeaderException(String message, Optional<NodeId> leader, long term) {
        super(message, Outcome.NOT_DONE, false);
        this.leader = leader.orElse(null);
        this.term = term;
    }

    /** Whom to ask instead; empty while there is no known leader. */
    public Optional<NodeId> leaderHint() {
        return Optional.ofNullable(leader);
    }

    /** This server's term. */
    public long term() {
        return term;
    }
}
