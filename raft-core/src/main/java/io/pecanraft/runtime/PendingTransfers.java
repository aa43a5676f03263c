package io.pecanraft.runtime;

import io.pecanraft.LeadershipTransferFailedException;
import io.pecanraft.LeadershipTransferFailedException.Reason;
import io.pecanraft.NotLeaderException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.model.NodeId;
import io.pecanraft.protocol.Raft;
import io.pecanraft.protocol.Report;
import io.pecanraft.protocol.TransferAdmission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for leadership to be handed over: callers, and this node itself when it closes. They all wait for the same
 * transfer, since there is one at a time. It has succeeded when this server follows the target. Raft thread.
 */
final class PendingTransfers {

    private final NodeId self;
    private final Raft raft;
    private final Completions completions;
    private final DeadlineWatch deadlines = new DeadlineWatch();
    private final List<TransferRequest> waiting = new ArrayList<>();

    /** Whom leadership goes to, and the term in which this server leads. */
    private @Nullable NodeId target;

    private long term;

    /** What is to be done when the transfer is over, however it ends; and when not to wait for that any longer. */
    private @Nullable Runnable afterwards;

    private long afterwardsNanos;

    PendingTransfers(NodeId self, Raft raft, Completions completions) {
        this.self = self;
        this.raft = raft;
        this.completions = completions;
    }

    /** A caller's wish. */
    void begin(TransferRequest request, long nowNanos) {
        TransferAdmission admission =
                raft.transferLeadership(request.target(), request.deadlineNanos() - nowNanos, nowNanos);
        NodeId to = admission.target();
        if (admission.refusal() != null) {
            completions.fail(request, refused(request, admission.refusal(), to));
        } else if (self.equals(to)) {
            succeed(request, self);
        } else {
            waiting.add(request);
            deadlines.add(request.deadlineNanos());
            goesTo(to);
        }
    }

    /** Hands over to the best server there is, if there is one, and then does something in any case. */
    void handOver(long limitNanos, long nowNanos, Runnable then) {
        TransferAdmission admission = raft.transferLeadership(null, limitNanos, nowNanos);
        if (admission.refusal() != null) {
            then.run();
            return;
        }
        goesTo(admission.target());
        afterwards = then;
        afterwardsNanos = nowNanos + limitNanos;
        deadlines.add(afterwardsNanos);
    }

    private void goesTo(@Nullable NodeId to) {
        target = to;
        term = raft.currentTerm();
    }

    /** The leader, which we still are, gave up. */
    void ended(Report.TransferEnded ended) {
        boolean timedOut = ended.reason() == Report.TransferEnded.Reason.TIMED_OUT;
        failAll(new LeadershipTransferFailedException(
                timedOut
                        ? ended.target()
                                + (ended.asked() ? " was asked to campaign, but was not elected" : " did not catch up")
                                + " within the time for a transfer"
                        : ended.target() + " is no voter any more",
                timedOut ? Reason.TIMED_OUT : Reason.NOT_A_VOTER,
                Optional.of(ended.target()),
                ended.asked() ? Outcome.UNKNOWN : Outcome.NOT_DONE));
    }

    /** There is another leader, or none. */
    void leaderIsNow(Optional<NodeId> leader, long inTerm) {
        if (leader.isEmpty() || inTerm <= term || target == null) {
            return;
        }
        NodeId now = leader.get();
        if (now.equals(target)) {
            waiting.forEach(request -> succeed(request, now));
            over();
        } else {
            failAll(new LeadershipTransferFailedException(
                    "not " + target + " but " + now + " was elected",
                    Reason.ANOTHER_LEADER,
                    Optional.ofNullable(target),
                    Outcome.NOT_DONE));
        }
    }

    /** Ends those whose deadline has passed. */
    void expire(long nowNanos) {
        if (!deadlines.takeDue(nowNanos)) {
            return;
        }
        for (TransferRequest request : waiting) {
            if (request.deadlineNanos() <= nowNanos) {
                completions.fail(
                        request,
                        new LeadershipTransferFailedException(
                                "whether " + target + " leads was not known in time",
                                Reason.TIMED_OUT,
                                Optional.ofNullable(target),
                                Outcome.UNKNOWN));
            } else {
                deadlines.addAgain(request.deadlineNanos(), nowNanos);
            }
        }
        waiting.removeIf(Operation::isSettled);
        if (afterwards != null && nowNanos >= afterwardsNanos) {
            runAfterwards();
        } else if (afterwards != null) {
            deadlines.addAgain(afterwardsNanos, nowNanos);
        }
    }

    /** When {@link #expire} is next useful. */
    long nextDeadlineNanos() {
        return deadlines.nextNanos();
    }

    /** Ends all of them. */
    void terminate(Termination termination) {
        waiting.forEach(request -> completions.fail(request, termination.exception(Outcome.UNKNOWN)));
        waiting.clear();
    }

    private void failAll(RaftException why) {
        waiting.forEach(request -> completions.fail(request, why));
        over();
    }

    private void over() {
        waiting.clear();
        target = null;
        runAfterwards();
    }

    private void runAfterwards() {
        Runnable then = afterwards;
        afterwards = null;
        if (then != null) {
            then.run();
        }
    }

    private void succeed(TransferRequest request, NodeId leader) {
        if (request.settle()) {
            completions.tell(() -> request.succeed(leader));
        }
    }

    private RaftException refused(
            TransferRequest request, TransferAdmission.Refusal refusal, @Nullable NodeId underWay) {
        NodeId wanted = request.target();
        return switch (refusal) {
            case NOT_LEADER ->
                new NotLeaderException(
                        "only the leader can hand over, which this server is not", raft.leader(), raft.currentTerm());
            case UNKNOWN_MEMBER -> failed(wanted + " is no member of this cluster", Reason.UNKNOWN_MEMBER, wanted);
            case NOT_A_VOTER -> failed(wanted + " is no voter, so it cannot lead", Reason.NOT_A_VOTER, wanted);
            case NO_CANDIDATE ->
                failed("no voter is in touch and replicating, so none could take over", Reason.NO_CANDIDATE, null);
            case ANOTHER_TRANSFER ->
                failed("leadership is being handed to " + underWay, Reason.ANOTHER_TRANSFER, underWay);
        };
    }

    private static RaftException failed(String message, Reason reason, @Nullable NodeId target) {
        return new LeadershipTransferFailedException(message, reason, Optional.ofNullable(target), Outcome.NOT_DONE);
    }
}
