package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One Raft server. Inputs change its state, {@link #flush} says what is to be done about it.
 *
 * <p>What each role does is in the classes below {@link Role}; here are the rules for all servers (Figure 2): comparing terms
 * and changing roles. Not thread-safe: every method is called by one thread at a time.
 */
public final class Raft {

    /** A term beyond this is no term but damage: at one election a nanosecond it would take 146 years to get there. */
    private static final long MAX_TERM = Long.MAX_VALUE / 2;

    final ServerState state;
    private Role role;

    /** The latest time that any input brought. */
    private long turnNanos;

    private long reportedCommitIndex;

    /**
     * A server as it was when it stopped. Always a follower at first, or still forming: leadership does not survive a restart.
     *
     * @param bootstrap the members that found the cluster, this one included
     * @param random draws election timeouts
     * @param epochMillis the wall clock, which seeds the timestamp of the very first entry
     */
    public Raft(
            MemberId self,
            List<MemberAddress> bootstrap,
            ProtocolSettings settings,
            RandomGenerator random,
            Recovered recovered,
            long nowNanos,
            long epochMillis) {
        state = new ServerState(self, bootstrap, settings, random, recovered, nowNanos, epochMillis);
        turnNanos = nowNanos;
        reportedCommitIndex = state.commitIndex();
        FormationRecord formation = state.formation();
        if (formation != null && !formation.formed()) {
            Forming forming = new Forming(this, nowNanos);
            role = forming;
            forming.begin(nowNanos);
        } else if (state.membership.isKnown()) {
            role = new Follower(this, nowNanos);
        } else {
            Forming forming = new Forming(this, nowNanos);
            role = forming;
            forming.begin(nowNanos);
        }
    }

    // ---- inputs; each may change state, none performs I/O

    /** Time passed. Call when {@link #nextDeadlineNanos} has come, after what else was waiting. */
    public void tick(long nowNanos) {
        turnNanos = nowNanos;
        role.tick(nowNanos);
    }

    /** A message arrived. */
    public void step(MemberId from, RaftMessage message, long nowNanos) {
        turnNanos = nowNanos;
        if (from.equals(state.self)) {
            return;
        }
        if (message instanceof RaftMessage.Formation formation) {
            role.onFormation(from, formation, nowNanos);
            return;
        }
        if (role instanceof Forming) {
            return;
        }
        if (message instanceof RaftMessage.InTerm inTerm && !admitTerm(from, inTerm, nowNanos)) {
            return;
        }
        dispatch(from, message, nowNanos);
    }

    /**
     * Figure 2, all servers: a later term makes us its follower; an earlier one is answered with ours, or ignored. Returns whether
     * the message is to be handled as one of the current term.
     *
     * <p>Whether the sender is a member is deliberately not checked: a server may not know the latest configuration yet (thesis
     * §4.1). Disruption is prevented by {@link Role#knowsLiveLeader}.
     */
    private boolean admitTerm(MemberId from, RaftMessage.InTerm message, long nowNanos) {
        long term = message.term();
        if (term > MAX_TERM) {
            state.out.report(new Report.PeerAnomaly(from, "speaks of term " + term));
            return false;
        }
        if (term > state.currentTerm()) {
            if (message instanceof RaftMessage.RequestVote && role.knowsLiveLeader(nowNanos)) {
                // Thesis §4.2.3: "without updating its term or granting its vote".
                state.out.report(new Report.VoteRefused(from, term, "leader-alive"));
                return false;
            }
            enterTermAsFollower(term, nowNanos);
            return true;
        }
        if (term < state.currentTerm()) {
            answerFromLaterTerm(from, message);
            // A server with an earlier term may still tell us that it would vote for us.
            return message instanceof RaftMessage.PreVoteResponse;
        }
        return true;
    }

    /** A sender that is behind learns the term, steps down if it leads, and catches up. */
    private void answerFromLaterTerm(MemberId from, RaftMessage.InTerm message) {
        long term = state.currentTerm();
        if (message instanceof RaftMessage.RequestVote) {
            state.out.send(from.node(), new RaftMessage.RequestVoteResponse(term, false));
        } else if (message instanceof RaftMessage.AppendEntries append) {
            state.out.send(
                    from.node(),
                    new RaftMessage.AppendEntriesResponse(
                            term, false, append.prev().index(), EntryId.ZERO));
        } else if (message instanceof RaftMessage.Heartbeat heartbeat) {
            state.out.send(from.node(), new RaftMessage.HeartbeatResponse(term, heartbeat.round(), 0));
        } else if (message instanceof RaftMessage.InstallSnapshot install) {
            state.out.send(
                    from.node(),
                    new RaftMessage.InstallSnapshotResponse(term, install.meta().lastIncludedIndex(), 0, false));
        }
    }

    private void dispatch(MemberId from, RaftMessage message, long nowNanos) {
        if (message instanceof RaftMessage.AppendEntries request) {
            role.onAppendEntries(from, request, nowNanos);
        } else if (message instanceof RaftMessage.AppendEntriesResponse response) {
            role.onAppendEntriesResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.Heartbeat heartbeat) {
            role.onHeartbeat(from, heartbeat, nowNanos);
        } else if (message instanceof RaftMessage.HeartbeatResponse response) {
            role.onHeartbeatResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.RequestVote request) {
            role.onRequestVote(from, request, nowNanos);
        } else if (message instanceof RaftMessage.RequestVoteResponse response) {
            role.onRequestVoteResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.PreVote request) {
            role.onPreVote(from, request, nowNanos);
        } else if (message instanceof RaftMessage.PreVoteResponse response) {
            role.onPreVoteResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.InstallSnapshot request) {
            role.onInstallSnapshot(from, request, nowNanos);
        } else if (message instanceof RaftMessage.InstallSnapshotResponse response) {
            role.onInstallSnapshotResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.ReadIndex question) {
            role.onReadIndex(from, question, nowNanos);
        } else if (message instanceof RaftMessage.ReadIndexResponse response) {
            role.onReadIndexResponse(response);
        }
        // Forwarded proposals are the driver's business; Formation was handled before.
    }

    /** Appends to the log if this server leads; {@code payload} is shared, never copied. */
    public Admission propose(EntryType type, ByteBuffer payload, long nowNanos) {
        turnNanos = nowNanos;
        return role.propose(type, payload, nowNanos);
    }

    /** Asks for a linearizable read index; answered by ServeReads or FailReads with this id. */
    public void requestRead(long requestId, long nowNanos) {
        turnNanos = nowNanos;
        role.requestRead(requestId, nowNanos);
    }

    /** The write with this ticket and all before it are durable. */
    public void persisted(long ticket, long nowNanos) {
        turnNanos = nowNanos;
        state.durability.persisted(ticket, nowNanos);
        role.onPersisted(nowNanos);
    }

    /** The state machine has applied everything up to this index. */
    public void applied(long index) {
        state.apply.applied(index);
    }

    /** Answers {@link Effect.ReadLog}. */
    public void logRead(long token, List<LogEntry> entries) {
        if (!state.apply.logRead(token, entries, state.out)) {
            role.onLogRead(token, entries);
        }
    }

    /** A snapshot of the own state is durable. */
    public void snapshotTaken(SnapshotMeta meta) {
        state.snapshotDurable(meta);
    }

    /**
     * Answers {@link Effect.AcceptSnapshotChunk}.
     *
     * @param nextOffset everything below it is stored; {@code meta.sizeBytes()} only once the whole snapshot was verified, and
     *     is durable and the newest of the store
     */
    public void snapshotChunkStored(MemberId from, long term, SnapshotMeta meta, long nextOffset, long nowNanos) {
        turnNanos = nowNanos;
        if (nextOffset == meta.sizeBytes() && meta.lastIncludedIndex() > state.commitIndex()) {
            install(from, meta, nowNanos);
        }
        role.onSnapshotChunkStored(from, term, meta, nextOffset);
    }

    /** Figure 13, steps 6 to 8: a complete, durable snapshot of committed entries that we did not know to be committed. */
    private void install(MemberId from, SnapshotMeta meta, long nowNanos) {
        if (state.log.matches(meta.lastIncluded())) {
            state.commitTo(meta.lastIncludedIndex());
            state.snapshotDurable(meta);
            return;
        }
        Invariant.that(role.kind() != RaftRole.LEADER, "a leader lacks a committed entry (Leader Completeness)");
        state.resetLog(meta);
        state.clock.observe(meta.lastTimestampMillis(), nowNanos);
        state.apply.restoring(meta.lastIncludedIndex());
        state.out.report(new Report.SnapshotAccepted(meta, from));
        state.out.report(new Report.MembershipChanged(meta.membership()));
        state.out.add(new Effect.RestoreSnapshot(meta));
    }

    /** Answers {@link Effect.RestoreSnapshot}. */
    public void snapshotRestored(SnapshotMeta meta) {
        state.apply.restored(meta.lastIncludedIndex());
    }

    /** Answers {@link Effect.SendSnapshotChunk} when the snapshot is gone. */
    public void snapshotUnavailable(NodeId to, SnapshotMeta meta) {
        role.onSnapshotUnavailable(to, meta);
    }

    /** Messages to this peer may have been lost. */
    public void unreachable(NodeId peer) {
        role.onUnreachable(peer, turnNanos);
    }

    // ---- outputs

    /** Everything there is to do since the last call. Call once per turn, after its inputs. */
    public List<Effect> flush(long nowNanos) {
        turnNanos = nowNanos;
        role.beforeFlush(nowNanos);
        state.apply.flush(state.out);
        if (state.commitIndex() > reportedCommitIndex) {
            state.out.report(
                    new Report.Committed(state.commitIndex(), (int) (state.commitIndex() - reportedCommitIndex)));
            reportedCommitIndex = state.commitIndex();
        }
        Effect persist = state.takePersist(nowNanos);
        state.durability.endTurn(state.currentTerm(), state.out);
        state.log.evictThrough(Math.min(state.commitIndex(), state.durability.durableIndex()));
        List<Effect> effects = state.out.take();
        if (persist == null) {
            return effects;
        }
        List<Effect> all = new ArrayList<>(effects.size() + 1);
        all.add(persist);
        all.addAll(effects);
        return all;
    }

    /** When {@link #tick} is next useful, on the driver's clock. */
    public long nextDeadlineNanos() {
        return role.nextDeadlineNanos();
    }

    // ---- changes of role

    private void enterTermAsFollower(long term, long nowNanos) {
        RaftRole from = role.kind();
        role.leave();
        state.enterTerm(term);
        role = new Follower(this, nowNanos);
        reportRole(from, "later term");
    }

    /** Follows in the current term. A vote in it stands (§5.2). Returns the new role. */
    Role becomeFollower(@Nullable MemberId leader, String reason, long nowNanos) {
        RaftRole from = role.kind();
        role.leave();
        state.setLeader(leader);
        role = new Follower(this, nowNanos);
        reportRole(from, reason);
        return role;
    }

    void becomePreCandidate(String reason, long nowNanos) {
        RaftRole from = role.kind();
        role.leave();
        PreCandidate preCandidate = new PreCandidate(this, nowNanos);
        role = preCandidate;
        reportRole(from, reason);
        preCandidate.begin(nowNanos);
    }

    void becomeCandidate(long nowNanos) {
        role.leave();
        state.enterTerm(state.currentTerm() + 1);
        Candidate candidate = new Candidate(this);
        role = candidate;
        reportRole(RaftRole.PRE_CANDIDATE, "pre-vote won");
        candidate.begin();
    }

    void becomeLeader(long nowNanos) {
        role.leave();
        Leader leader = new Leader(this, nowNanos);
        role = leader;
        reportRole(RaftRole.CANDIDATE, "election won");
        leader.begin(nowNanos);
    }

    private void reportRole(RaftRole from, String reason) {
        if (from == role.kind()) {
            return; // a follower of a later term, or a pre-candidate that asks again
        }
        state.out.report(new Report.RoleChanged(from, role.kind(), state.currentTerm(), reason));
    }

    /** Whether our oldest write waits so long that this server should not lead. */
    boolean isDiskStalled(long nowNanos) {
        return state.durability.oldestWaitNanos(nowNanos) >= state.settings.diskStallNanos();
    }

    long turnNanos() {
        return turnNanos;
    }

    // ---- what the driver shows to others

    /** The role of the moment. */
    public RaftRole role() {
        return role.kind();
    }

    /** The current term. */
    public long currentTerm() {
        return state.currentTerm();
    }

    /** Whom this server voted for in the current term. */
    public Optional<MemberId> votedFor() {
        return Optional.ofNullable(state.votedFor());
    }

    /** The leader of the current term, where known. */
    public Optional<NodeId> leader() {
        return Optional.ofNullable(state.leader()).map(MemberId::node);
    }

    /** The last index known to be committed. */
    public long commitIndex() {
        return state.commitIndex();
    }

    /** The last index that the state machine has applied. */
    public long appliedIndex() {
        return state.apply.applied();
    }

    /** The last index that is durable here. */
    public long durableIndex() {
        return state.durability.durableIndex();
    }

    /** The last index of the log. */
    public long lastIndex() {
        return state.log.lastIndex();
    }

    /** The first index that the log still holds. */
    public long firstIndex() {
        return state.log.firstIndex();
    }

    /** The newest snapshot. */
    public Optional<SnapshotMeta> snapshot() {
        return Optional.ofNullable(state.snapshot());
    }

    /** The configuration in force; empty until formed. */
    public Optional<Membership> membership() {
        return state.membership.isKnown() && !(role instanceof Forming)
                ? Optional.of(state.membership.inForce())
                : Optional.empty();
    }

    /** While forming: who has not been heard of or has not agreed. */
    public List<NodeId> missingMembers() {
        return role instanceof Forming forming ? forming.missing() : List.of();
    }

    /** The leader's view of the others; empty elsewhere. */
    public List<FollowerView> followers() {
        return role.followers();
    }
}
