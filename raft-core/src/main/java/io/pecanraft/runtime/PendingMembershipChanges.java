package io.pecanraft.runtime;

import io.pecanraft.CatchUpFailedException;
import io.pecanraft.InvalidMembershipChangeException;
import io.pecanraft.LeadershipLostException;
import io.pecanraft.MembershipChangeInProgressException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.model.NodeId;
import io.pecanraft.protocol.ChangeOutcome;
import io.pecanraft.protocol.Raft;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Callers that wait for a change of membership. The protocol admits one at a time and answers the others at once, so there is
 * at most one here from turn to turn. Raft thread.
 */
final class PendingMembershipChanges {

    private final NodeId self;
    private final Raft raft;
    private final Completions completions;
    private final DeadlineWatch deadlines = new DeadlineWatch();
    private final Map<Long, MembershipRequest> waiting = new LinkedHashMap<>();
    private long lastRequestId;

    PendingMembershipChanges(NodeId self, Raft raft, Completions completions) {
        this.self = self;
        this.raft = raft;
        this.completions = completions;
    }

    /** Puts a request to the protocol. */
    void request(MembershipRequest request, long nowNanos) {
        if (request.deadlineNanos() <= nowNanos) {
            completions.fail(request, request.timedOut("not even begun", Outcome.NOT_DONE));
            return;
        }
        long id = ++lastRequestId;
        waiting.put(id, request);
        deadlines.add(request.deadlineNanos());
        raft.changeMembership(id, request.change(), nowNanos);
    }

    /** The protocol has answered. */
    void ended(long id, ChangeOutcome outcome) {
        MembershipRequest request = waiting.remove(id);
        if (request == null) {
            return;
        }
        if (outcome instanceof ChangeOutcome.Done done) {
            if (request.settle()) {
                completions.tell(() -> request.succeed(done.membership()));
            }
        } else {
            completions.fail(request, failure(outcome));
        }
    }

    /** Ends the waiting of those whose deadline has passed. The change itself goes on. */
    void expire(long nowNanos) {
        if (!deadlines.takeDue(nowNanos)) {
            return;
        }
        Iterator<MembershipRequest> each = waiting.values().iterator();
        while (each.hasNext()) {
            MembershipRequest request = each.next();
            if (request.deadlineNanos() <= nowNanos) {
                completions.fail(request, request.timedOut("membership not known to be changed", Outcome.UNKNOWN));
                each.remove();
            } else {
                deadlines.addAgain(request.deadlineNanos(), nowNanos);
            }
        }
    }

    /** Ends all of them. */
    void terminate(Termination termination) {
        waiting.values().forEach(request -> completions.fail(request, termination.exception(Outcome.UNKNOWN)));
        waiting.clear();
    }

    /** When {@link #expire} is next useful. */
    long nextDeadlineNanos() {
        return deadlines.nextNanos();
    }

    private RaftException failure(ChangeOutcome outcome) {
        if (outcome instanceof ChangeOutcome.InProgress other) {
            return new MembershipChangeInProgressException(other.pendingIndex());
        } else if (outcome instanceof ChangeOutcome.Invalid invalid) {
            return new InvalidMembershipChangeException(invalid.violations());
        } else if (outcome instanceof ChangeOutcome.NotCaughtUp stuck) {
            return new CatchUpFailedException(stuck.node(), stuck.lagEntries(), stuck.why());
        } else if (outcome instanceof ChangeOutcome.Lost lost) {
            return new LeadershipLostException(
                    "leadership was lost while the membership was changing; look at the configuration that the next"
                            + " leader has, and ask again for what is missing",
                    lost.index(),
                    raft.currentTerm());
        } else if (outcome instanceof ChangeOutcome.NotLeader) {
            Optional<NodeId> leader = raft.leader().filter(other -> !other.equals(self));
            return new NotLeaderException(
                    "only the leader changes the membership; "
                            + leader.map(other -> "ask " + other).orElse("none is known at the moment"),
                    leader,
                    raft.currentTerm());
        }
        throw new IllegalStateException("no such outcome: " + outcome);
    }
}
