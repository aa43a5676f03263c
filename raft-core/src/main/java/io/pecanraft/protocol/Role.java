package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Formation;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.Introduction;
import io.pecanraft.model.RaftMessage.IntroductionResponse;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftMessage.ReadIndex;
import io.pecanraft.model.RaftMessage.ReadIndexResponse;
import io.pecanraft.model.RaftMessage.Refill;
import io.pecanraft.model.RaftMessage.RefillResponse;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a server does as long as it is what it is (Figure 4).
 *
 * <pre>
 *                     times out                 quorum would vote             quorum votes
 *  FORMING -> FOLLOWER ---------> PRE_CANDIDATE -----------------> CANDIDATE --------------> LEADER
 *   formed      ^  ^                   |  ^                          |  | times out             |
 *               |  +-------------------+  +--------------------------+--+                       |
 *               |    hears a leader                                  |                          |
 *               +----------------------------------------------------+--------------------------+
 *                        later term, or a leader of this term             later term, or no quorum
 * </pre>
 *
 * <p>Not drawn: a follower whose storage turns out to have been put back ends as {@link Contradicted}.
 *
 * <p>Every method has a default, "not mine to answer", so that a role shows only what it does. Terms are compared before a
 * role is asked: a message that gets here speaks of the current term, or of none. What all roles answer alike, votes, is
 * here.
 */
abstract sealed class Role permits Forming, Follower, PreCandidate, Candidate, Leader, Contradicted {

    final Roles roles;
    final ServerState state;
    final Outbox out;

    Role(Roles roles) {
        this.roles = roles;
        this.state = roles.state;
        this.out = roles.state.out;
    }

    abstract RaftRole kind();

    /** Time passed. */
    abstract void tick(long nowNanos);

    /** When {@link #tick} is next useful. */
    abstract long nextDeadlineNanos();

    /** The end of a turn, before what changed is written. */
    void beforeFlush(long nowNanos) {}

    /** The disk has confirmed something. */
    void onPersisted(long nowNanos) {}

    /** Another role takes over. */
    void leave() {}

    /**
     * Whether this server hears, or is, a live leader, and so helps nobody to depose it (thesis §4.2.3, §9.6). Otherwise a server
     * that is cut off, or was removed, would disturb the others whenever it is heard.
     */
    boolean knowsLiveLeader(long nowNanos) {
        return false;
    }

    /** §5.2, §5.4.1: one vote per term, first come first served, and only for a log at least as up-to-date as our own. */
    final void onRequestVote(MemberId from, RequestVote request, long nowNanos) {
        String refusal = refusal(from, request, nowNanos);
        if (!refusal.isEmpty()) {
            out.report(new Report.VoteRefused(from, request.term(), refusal));
            out.send(from.node(), new RequestVoteResponse(state.currentTerm(), false, from.incarnation()));
            return;
        }
        state.voteFor(from);
        // Thesis §3.8: the vote is durable before anybody hears of it, or a crash would let us vote twice in a term.
        state.durability.hold(
                from.node(),
                new RequestVoteResponse(state.currentTerm(), true, from.incarnation()),
                state.currentTerm());
        votedFor(from, nowNanos);
    }

    private String refusal(MemberId candidate, RequestVote request, long nowNanos) {
        MemberId votedFor = state.votedFor();
        if (votedFor != null) {
            // A repeated request of whom we voted for is granted again: the first answer may be lost.
            return votedFor.equals(candidate) ? "" : "already-voted";
        }
        if (state.leader() != null) {
            return "term-has-a-leader";
        }
        if (state.promise.forbidsVote(nowNanos, request.transfer())) {
            return "leader-has-a-lease";
        }
        if (state.repair.forbidsVotes()) {
            return "log-lost";
        }
        return isUpToDate(request.lastEntry()) ? "" : "log-behind";
    }

    /** A vote was granted. */
    void votedFor(MemberId candidate, long nowNanos) {}

    /** Thesis §9.6: would we vote? Changes nothing here, not even a timer. */
    final void onPreVote(MemberId from, PreVote request, long nowNanos) {
        String refusal = "";
        if (request.nextTerm() <= state.currentTerm()) {
            refusal = "term-behind";
        } else if (!TermRules.isCredible(request.nextTerm(), state.currentTerm())) {
            refusal = "term-out-of-reach";
        } else if (knowsLiveLeader(nowNanos) || state.promise.forbidsVote(nowNanos, false)) {
            refusal = "leader-alive";
        } else if (state.repair.forbidsVotes()) {
            refusal = "log-lost";
        } else if (!isUpToDate(request.lastEntry())) {
            refusal = "log-behind";
        } else if (state.isDiskStalled(nowNanos)) {
            // K23: our vote would not become durable, so it is none. Whom others refuse would campaign again and
            // again on the strength of it, and keep those from it who can win.
            refusal = "disk-stalled";
        }
        if (!refusal.isEmpty()) {
            out.report(new Report.VoteRefused(from, request.nextTerm(), "pre-vote: " + refusal));
        }
        // The answer carries our real term: a sender that is behind adopts it, or two of three servers could wedge.
        out.send(from.node(), new PreVoteResponse(state.currentTerm(), refusal.isEmpty(), request.round()));
    }

    /** §5.4.1: the later last term wins, then the longer log. A log that lost its end is judged by what it had (K21). */
    private boolean isUpToDate(EntryId candidatesLast) {
        return candidatesLast.compareTo(state.repair.lastEntry(state.lastEntry())) >= 0;
    }

    void onRequestVoteResponse(MemberId from, RequestVoteResponse response, long nowNanos) {}

    void onPreVoteResponse(MemberId from, PreVoteResponse response, long nowNanos) {}

    /** A leader of the current term speaks: whoever is not it follows (§5.2). */
    void onAppendEntries(MemberId from, AppendEntries request, long nowNanos) {
        roles.becomeFollower(from, "leader of this term", nowNanos).onAppendEntries(from, request, nowNanos);
    }

    void onHeartbeat(MemberId from, Heartbeat heartbeat, long nowNanos) {
        roles.becomeFollower(from, "leader of this term", nowNanos).onHeartbeat(from, heartbeat, nowNanos);
    }

    void onInstallSnapshot(MemberId from, InstallSnapshot request, long nowNanos) {
        roles.becomeFollower(from, "leader of this term", nowNanos).onInstallSnapshot(from, request, nowNanos);
    }

    void onTimeoutNow(MemberId from, TimeoutNow request, long nowNanos) {
        roles.becomeFollower(from, "leader of this term", nowNanos).onTimeoutNow(from, request, nowNanos);
    }

    void onAppendEntriesResponse(MemberId from, AppendEntriesResponse response, long nowNanos) {}

    void onHeartbeatResponse(MemberId from, HeartbeatResponse response, long nowNanos) {}

    void onInstallSnapshotResponse(MemberId from, InstallSnapshotResponse response, long nowNanos) {}

    /** Only a leader can name a read index. */
    void onReadIndex(MemberId from, ReadIndex question, long nowNanos) {
        out.send(from.node(), new ReadIndexResponse(question.nonce(), question.requestId(), false, 0));
    }

    void onReadIndexResponse(ReadIndexResponse response) {}

    /** Another server says who the members are, and asks who this one is. */
    void onIntroduction(MemberId from, Introduction introduction, long nowNanos) {
        // Who hears a leader listens to it alone: others may be behind.
        if (from.equals(state.leader()) || !knowsLiveLeader(nowNanos)) {
            state.addresses.introduced(introduction.membership());
        }
        state.strangers.told(introduction.membership());
        out.send(from.node(), new IntroductionResponse(introduction.nonce()));
    }

    void onIntroductionResponse(MemberId from, IntroductionResponse response, long nowNanos) {}

    /** A member asks for what its log has lost. Whatever we are: what is in a log does not depend on that. */
    final void onRefill(MemberId from, Refill question) {
        state.refillSource.asked(from, question);
    }

    void onRefillResponse(MemberId from, RefillResponse response, long nowNanos) {}

    /** A member that still forms asks how far we are. */
    void onFormation(MemberId from, Formation message, long nowNanos) {
        Forming.answerAsFormed(state, from, message);
    }

    Admission propose(EntryType type, ByteBuffer payload, long nowNanos) {
        return new Admission(Admission.Refusal.NOT_LEADER, 0, state.currentTerm());
    }

    void changeMembership(long requestId, MembershipChange change, long nowNanos) {
        out.add(new Effect.EndMembershipChange(requestId, new ChangeOutcome.NotLeader()));
    }

    void requestRead(long requestId, long nowNanos) {
        out.add(new Effect.FailReads(List.of(requestId)));
    }

    /** Only a leader has a lease; whoever has none makes sure in the ordinary way. */
    void requestLeaseRead(long requestId, long nowNanos) {
        requestRead(requestId, nowNanos);
    }

    /** Only a leader can hand over. */
    TransferAdmission transferLeadership(@Nullable NodeId target, long limitNanos, long nowNanos) {
        return TransferAdmission.refused(TransferAdmission.Refusal.NOT_LEADER);
    }

    /** Whom this leader hands over to. */
    Optional<NodeId> transferTarget() {
        return Optional.empty();
    }

    void onLogRead(long token, List<LogEntry> entries, long nowNanos) {}

    void onSnapshotChunkStored(MemberId from, long term, SnapshotMeta meta, long nextOffset) {}

    void onSnapshotUnavailable(NodeId follower, SnapshotMeta meta) {}

    void onUnreachable(NodeId peer) {}

    Optional<ChangeView> membershipChange(long nowNanos) {
        return Optional.empty();
    }

    List<FollowerView> followers() {
        return List.of();
    }

    /** The least application version of all members. Only a leader can know it, and who hears one. */
    OptionalInt minimumVersion() {
        return OptionalInt.empty();
    }
}
