package io.pecanraft.runtime;

import io.pecanraft.NodeFailedException;
import io.pecanraft.NodeStoppedException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.model.NodeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a node no longer runs, and what those are told who still waited for it. */
final class Termination {

    private final @Nullable Throwable failure;
    private final RaftException notDone;
    private final RaftException unknown;

    private Termination(@Nullable Throwable failure, RaftException notDone, RaftException unknown) {
        this.failure = failure;
        this.notDone = notDone;
        this.unknown = unknown;
    }

    /** The node was closed. */
    static Termination closed(NodeId node) {
        return new Termination(
                null,
                new NodeStoppedException("node " + node + " was closed before the operation began", Outcome.NOT_DONE),
                new NodeStoppedException(
                        "node " + node + " was closed while the operation was under way", Outcome.UNKNOWN));
    }

    /** The node stopped itself. */
    static Termination failed(NodeId node, Throwable failure) {
        String why = "node " + node + " failed: " + failure;
        return new Termination(
                failure,
                new NodeFailedException(why, Outcome.NOT_DONE, failure),
                new NodeFailedException(why, Outcome.UNKNOWN, failure));
    }

    /** What went wrong; empty when the node was closed in peace. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** What to tell a caller. The same object each time: under load there are many callers. */
    RaftException exception(Outcome outcome) {
        return outcome == Outcome.NOT_DONE ? notDone : unknown;
    }
}
