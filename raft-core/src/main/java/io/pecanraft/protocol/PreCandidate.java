package io.pecanraft.protocol;

import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.RaftMessage.Introduction;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftRole;

/**
 * Asks whether an election could be won, before it raises its term (PreVote, thesis §9.6), so that a server that is cut off
 * comes back with the term it left with, and deposes nobody.
 *
 * <p>It knows no leader any more: two of its kind must not refuse each other because both remember a dead one.
 */
final class PreCandidate extends Role {

    private final VoteTally tally = new VoteTally();
    private final long round;
    private final long deadlineNanos;

    PreCandidate(Roles roles, long nowNanos) {
        super(roles);
        state.setLeader(null, "not heard of for an election timeout");
        round = state.nextRound();
        deadlineNanos = nowNanos + state.randomElectionTimeoutNanos();
    }

    @Override
    RaftRole kind() {
        return RaftRole.PRE_CANDIDATE;
    }

    /** Asks everybody, and itself. */
    void begin() {
        Membership membership = state.membership.inForce();
        for (Member voter : membership.members()) {
            if (!voter.id().equals(state.self) && membership.isVoter(voter.id())) {
                if (membership.logIndex() > MembershipTracker.FIRST_INDEX) {
                    // A voter that lags behind may not know this server yet, and so not where to answer.
                    out.send(voter.node(), new Introduction(state.nonce, membership));
                }
                out.send(voter.node(), new PreVote(state.currentTerm() + 1, state.lastEntry(), round));
            }
        }
        answered(state.self, true);
    }

    @Override
    void onPreVoteResponse(MemberId from, PreVoteResponse response, long nowNanos) {
        // By round, not by term: a server with a lower term than ours grants with that term.
        if (response.round() == round) {
            answered(from, response.granted());
        }
    }

    private void answered(MemberId from, boolean granted) {
        tally.record(from, granted);
        if (tally.isWon(state.membership.inForce())) {
            roles.becomeCandidate("pre-vote won", false);
        }
    }

    @Override
    void votedFor(MemberId candidate, long nowNanos) {
        roles.becomeFollower(null, "voted for another", nowNanos);
    }

    @Override
    void tick(long nowNanos) {
        if (nowNanos < deadlineNanos) {
            return;
        }
        if (state.isDiskStalled(nowNanos)) {
            roles.becomeFollower(null, "disk stalled", nowNanos);
        } else {
            roles.becomePreCandidate("pre-vote timeout", nowNanos);
        }
    }

    @Override
    long nextDeadlineNanos() {
        return deadlineNanos;
    }
}
