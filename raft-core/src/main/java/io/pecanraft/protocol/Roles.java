package io.pecanraft.protocol;

import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftRole;
import org.jspecify.annotations.Nullable;

/** The role of the moment, and every change of it (Figure 4, drawn at {@link Role}). */
final class Roles {

    final ServerState state;
    private Role current;

    /** A follower at first, or still forming: leadership does not survive a restart. */
    Roles(ServerState state, long nowNanos) {
        this.state = state;
        if (state.isFormed()) {
            current = new Follower(this, nowNanos);
        } else {
            Forming forming = new Forming(this, nowNanos);
            current = forming;
            forming.begin(nowNanos);
        }
    }

    Role current() {
        return current;
    }

    /** A later term was seen: whoever we were, we follow in it (§5.1). */
    void enterTermAsFollower(long term, long nowNanos) {
        RaftRole from = current.kind();
        current.leave();
        state.enterTerm(term);
        current = new Follower(this, nowNanos);
        report(from, "later term");
    }

    /** Follows in the current term. A vote in it stands (§5.2). Returns the new role. */
    Role becomeFollower(@Nullable MemberId leader, String reason, long nowNanos) {
        RaftRole from = current.kind();
        current.leave();
        state.setLeader(leader, reason);
        current = new Follower(this, nowNanos);
        report(from, reason);
        return current;
    }

    void becomePreCandidate(String reason, long nowNanos) {
        RaftRole from = current.kind();
        current.leave();
        PreCandidate preCandidate = new PreCandidate(this, nowNanos);
        current = preCandidate;
        report(from, reason);
        preCandidate.begin();
    }

    void becomeCandidate(String reason, boolean transfer) {
        RaftRole from = current.kind();
        current.leave();
        state.enterTerm(state.currentTerm() + 1);
        Candidate candidate = new Candidate(this);
        current = candidate;
        report(from, reason);
        candidate.begin(transfer);
    }

    void becomeLeader(long nowNanos) {
        current.leave();
        Leader leader = new Leader(this, nowNanos);
        current = leader;
        report(RaftRole.CANDIDATE, "election won");
        leader.begin(nowNanos);
    }

    /** The end: see {@link Contradicted}. */
    void becomeContradicted(MemberId leader, Acknowledged acknowledged) {
        current.leave();
        current = new Contradicted(this, new Effect.Condemn(leader, acknowledged, state.lastEntry()));
    }

    private void report(RaftRole from, String reason) {
        if (from == current.kind()) {
            return; // a follower of a later term, or a pre-candidate that asks again
        }
        state.out.report(new Report.RoleChanged(from, current.kind(), state.currentTerm(), reason));
    }
}
