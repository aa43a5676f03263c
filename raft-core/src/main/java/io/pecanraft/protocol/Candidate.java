package io.pecanraft.protocol;

import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftRole;

/**
 * Asks for votes in a term of its own (§5.2).
 *
 * <p>Term, vote for itself and log must be durable before it asks and before its own vote counts, since others will rely on
 * all three (see {@link DurabilityTracker}). Its timer starts then, and allows for a disk as slow as it has lately been:
 * otherwise a cluster of slow disks would never elect anybody.
 */
final class Candidate extends Role {

    private static final int FORCES_TO_ALLOW_FOR = 4;

    private static final long NOT_ASKED_YET = Long.MAX_VALUE;

    private final VoteTally tally = new VoteTally();
    private long deadlineNanos = NOT_ASKED_YET;

    Candidate(Roles roles) {
        super(roles);
    }

    @Override
    RaftRole kind() {
        return RaftRole.CANDIDATE;
    }

    /**
     * Votes for itself and asks everybody, as soon as the disk allows. The term has been entered before.
     *
     * @param transfer whether the leader asked for this election. Holds for this one alone: whoever does not win it asks the
     *     next time like everybody else
     */
    void begin(boolean transfer) {
        state.voteFor(state.self);
        for (Member voter : state.membership.inForce().members()) {
            if (!voter.id().equals(state.self) && state.membership.inForce().isVoter(voter.id())) {
                state.durability.hold(
                        voter.node(),
                        new RequestVote(state.currentTerm(), state.lastEntry(), transfer),
                        state.currentTerm());
            }
        }
    }

    @Override
    void leave() {
        state.durability.withdrawCandidacy();
    }

    @Override
    void onPersisted(long nowNanos) {
        if (deadlineNanos == NOT_ASKED_YET && state.durability.durableTerm() == state.currentTerm()) {
            deadlineNanos = nowNanos + state.randomElectionTimeoutNanos() + nanosForSlowDisks();
            answered(state.self, true, nowNanos);
        }
    }

    /**
     * Bounded, since a candidate that waits neither asks again nor lets another lead: a disk that is slower than the bound on
     * stalls is none to lead with, and not worth waiting for.
     */
    private long nanosForSlowDisks() {
        return Math.min(FORCES_TO_ALLOW_FOR * state.durability.recentForceNanos(), state.settings.diskStallNanos());
    }

    /**
     * Only answers in the current term get here, and one voter counts once. A grant counts only for the storage that it was given
     * to (K9): the one that bore this name before, and asked in the same term, may have had a longer log, and §5.4.1 was judged by
     * that.
     */
    @Override
    void onRequestVoteResponse(MemberId from, RequestVoteResponse response, long nowNanos) {
        if (response.candidate().equals(state.self.incarnation())) {
            answered(from, response.granted(), nowNanos);
        }
    }

    private void answered(MemberId from, boolean granted, long nowNanos) {
        tally.record(from, granted);
        if (tally.isWon(state.membership.inForce())) {
            roles.becomeLeader(nowNanos);
        }
    }

    /** A split vote, or lost messages: ask first whether another election would do better. */
    @Override
    void tick(long nowNanos) {
        if (nowNanos >= deadlineNanos) {
            roles.becomePreCandidate("election not decided", nowNanos);
        }
    }

    @Override
    long nextDeadlineNanos() {
        return deadlineNanos;
    }
}
