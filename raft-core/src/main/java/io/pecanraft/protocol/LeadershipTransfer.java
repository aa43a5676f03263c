package io.pecanraft.protocol;

import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.protocol.TransferAdmission.Refusal;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A leader hands over (thesis §3.10).
 *
 * <pre>
 *            begin             target has everything,            later term
 *   (none) ---------> CATCHING_UP -- and it is committed --> ASKED ----------> (another leads)
 *     ^                    |            TimeoutNow             |
 *     +--------------------+-----------------------------------+
 *          time is up, or the target is no voter any more
 * </pre>
 *
 * <p>While it is under way nothing new is appended, or the target might never have everything (hashicorp/raft#581). It takes one
 * election timeout at the most; then the leader goes on as before, reads too. TimeoutNow is repeated with every heartbeat, since
 * it may be lost, and is harmless to whom it has reached.
 */
final class LeadershipTransfer {

    static final long NEVER = Long.MAX_VALUE;

    private final ServerState state;
    private final Replication replication;
    private final LeaderLease lease;
    private @Nullable MemberId target;
    private long deadlineNanos = NEVER;
    private long nextAskNanos;
    private boolean asked;

    LeadershipTransfer(ServerState state, Replication replication, LeaderLease lease) {
        this.state = state;
        this.replication = replication;
        this.lease = lease;
    }

    boolean isUnderWay() {
        return target != null;
    }

    /** Whom leadership goes to. */
    Optional<NodeId> target() {
        return Optional.ofNullable(target).map(MemberId::node);
    }

    /** When {@link #tick} is next useful. */
    long nextDeadlineNanos() {
        return deadlineNanos;
    }

    /** Hands over for the sake of priority, within one election timeout. */
    void beginTo(MemberId preferred, long nowNanos) {
        begin(preferred, state.settings.electionTimeoutNanos(), true, nowNanos);
    }

    /**
     * Begins, or joins the transfer to the same server that is under way.
     *
     * @param to whom; null for the best there is
     * @param limitNanos gives up after this, or one election timeout
     */
    TransferAdmission begin(@Nullable NodeId to, long limitNanos, long nowNanos) {
        MemberId underWay = target;
        if (underWay != null && (to == null || underWay.node().equals(to))) {
            return TransferAdmission.to(underWay.node());
        }
        if (to != null && to.equals(state.self.node())) {
            return TransferAdmission.to(to);
        }
        if (underWay != null) {
            return new TransferAdmission(Refusal.ANOTHER_TRANSFER, underWay.node());
        }
        if (to == null) {
            Optional<MemberId> best = best(nowNanos);
            return best.isPresent()
                    ? begin(best.get(), limitNanos, false, nowNanos)
                    : TransferAdmission.refused(Refusal.NO_CANDIDATE);
        }
        // Among the voters: a learner may carry the name of the voter that it is to replace.
        Membership membership = state.membership.inForce();
        Optional<MemberId> voter = membership.voters().stream()
                .map(Member::id)
                .filter(id -> id.node().equals(to))
                .findFirst();
        if (voter.isPresent()) {
            return begin(voter.get(), limitNanos, false, nowNanos);
        }
        return TransferAdmission.refused(
                membership.member(to).isPresent() ? Refusal.NOT_A_VOTER : Refusal.UNKNOWN_MEMBER);
    }

    private TransferAdmission begin(MemberId to, long limitNanos, boolean preferred, long nowNanos) {
        target = to;
        deadlineNanos = nowNanos + Math.min(limitNanos, state.settings.electionTimeoutNanos());
        nextAskNanos = nowNanos;
        asked = false;
        state.out.report(new Report.TransferStarted(to.node(), preferred));
        return TransferAdmission.to(to.node());
    }

    /** The voter that is in touch and streaming, by priority first, then by what it has. */
    private Optional<MemberId> best(long nowNanos) {
        return replication.followers().stream()
                .filter(follower -> mayLead(follower.member()) && follower.isHealthy(nowNanos, state.settings))
                .max(Comparator.comparingInt(Progress::priority)
                        .thenComparingLong(Progress::matchIndex)
                        .thenComparing(Progress::member, Comparator.reverseOrder()))
                .map(Progress::member);
    }

    /** Voters of the configuration to come, not those that leave it. */
    private boolean mayLead(MemberId member) {
        return state.membership.inForce().voters().stream()
                .anyMatch(voter -> voter.id().equals(member));
    }

    /** Gives up when it is time. */
    void tick(long nowNanos) {
        MemberId to = target;
        if (to == null) {
            return;
        }
        if (!mayLead(to)) {
            end(to, Report.TransferEnded.Reason.TARGET_NO_VOTER);
        } else if (nowNanos >= deadlineNanos) {
            end(to, Report.TransferEnded.Reason.TIMED_OUT);
        }
    }

    private void end(MemberId to, Report.TransferEnded.Reason reason) {
        target = null;
        deadlineNanos = NEVER;
        state.out.report(new Report.TransferEnded(to.node(), reason, asked));
    }

    /** At the end of a turn: asks the target to campaign if it has everything. */
    void flush(long nowNanos) {
        MemberId to = target;
        if (to == null || !mayLead(to) || nowNanos < nextAskNanos) {
            return;
        }
        long lastIndex = state.log.lastIndex();
        // All entries at the target, or it could not win; and all committed, so that those who proposed them learn the
        // result.
        if (replication.durableAt(to) == lastIndex && state.commitIndex() == lastIndex) {
            // Before the message leaves: from now on a voter may vote although it has promised not to.
            lease.end();
            state.out.send(to.node(), new TimeoutNow(state.currentTerm()));
            asked = true;
            nextAskNanos = nowNanos + state.settings.heartbeatIntervalNanos();
        }
    }
}
