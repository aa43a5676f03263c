package io.pecanraft.protocol;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.IntroductionResponse;
import io.pecanraft.model.RaftMessage.ReadIndex;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Leads its term (§5.3, §5.4): appends, decides what is committed, and steps down when it has lost the majority.
 *
 * <p>The commit rule is in {@link #advanceCommit}, when a leader gives up in {@link #tick}. How the log reaches the followers
 * is in {@link Replication}, how a leader asserts itself in {@link Heartbeats}, what a read waits for in {@link ReadQueue}, how
 * the membership changes in {@link MembershipChanges}.
 */
final class Leader extends Role {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final Replication replication;
    private final Heartbeats heartbeats;
    private final LeaderLease lease;
    private final LeadershipTransfer transfer;
    private final MembershipChanges changes;
    private final ReadQueue reads = new ReadQueue(state);

    /** The first entry of this leader's term. Until it is committed nothing before it may be called so. */
    private final long termStartIndex;

    Leader(Roles roles, long nowNanos) {
        super(roles);
        replication = new Replication(state, nowNanos);
        lease = new LeaderLease(state);
        heartbeats = new Heartbeats(state, replication, lease, nowNanos);
        transfer = new LeadershipTransfer(state, replication, lease);
        termStartIndex = state.log.lastIndex() + 1;
        changes = new MembershipChanges(state, replication, termStartIndex, nowNanos);
    }

    @Override
    RaftRole kind() {
        return RaftRole.LEADER;
    }

    /** Takes office: in the same step as the change of role, so that nothing can be appended before. */
    void begin(long nowNanos) {
        state.setLeader(state.self, "won the election");
        state.preferred.tookOffice(nowNanos);
        state.minimumVersion.tookOffice(termStartIndex);
        if (state.log.lastIndex() == 0) {
            // The first leader of a cluster writes down who its members are, for those who will learn it from the log.
            append(state.membership.inForce(), nowNanos);
        }
        // §8, and §5.4.2: only an entry of the own term commits what came before it.
        append(EntryType.NO_OP, EMPTY, nowNanos);
        heartbeats.send(nowNanos);
    }

    // ---- appending

    @Override
    Admission propose(EntryType type, ByteBuffer payload, long nowNanos) {
        if (transfer.isUnderWay()) {
            return new Admission(Admission.Refusal.TRANSFERRING, 0, state.currentTerm());
        }
        // Counted until it is committed, durable here and applied: whichever of the followers, our disk and the state
        // machine is the slowest, holds back those who propose.
        long finished = Math.min(state.apply.applied(), Math.min(state.commitIndex(), state.durability.durableIndex()));
        if (state.log.lastIndex() - finished >= state.settings.maxUncommittedEntries()) {
            return new Admission(Admission.Refusal.TOO_MANY_ENTRIES, 0, state.currentTerm());
        }
        long unfinishedBytes = state.log.bytesAbove(finished);
        if (unfinishedBytes > 0 && unfinishedBytes + payload.remaining() > state.settings.maxUncommittedBytes()) {
            return new Admission(Admission.Refusal.TOO_MANY_BYTES, 0, state.currentTerm());
        }
        return new Admission(null, append(type, payload, nowNanos), state.currentTerm());
    }

    /** In force from now on (thesis §4.1). */
    private long append(Membership membership, long nowNanos) {
        long index = append(EntryType.MEMBERSHIP, MembershipCodec.encode(membership), nowNanos);
        replication.followMembership(nowNanos);
        return index;
    }

    private long append(EntryType type, ByteBuffer payload, long nowNanos) {
        long index = state.log.lastIndex() + 1;
        state.append(new LogEntry(index, state.currentTerm(), state.clock.stamp(nowNanos), type, payload), nowNanos);
        return index;
    }

    // ---- committing

    /**
     * Figure 2, last rule for leaders. A copy counts when it is durable, our own like any other; so an entry may be committed
     * before our own disk has it, and is never committed merely because we wrote it.
     */
    private void advanceCommit() {
        long reached = Quorum.reachedByQuorum(state.membership.inForce(), replication::durableAt);
        // Only entries of our own term are committed by counting (§5.4.2, Figure 8): an older entry on a majority can
        // still be overwritten by a leader that has not seen it. Those before follow by Log Matching.
        if (reached > state.commitIndex() && state.log.termAt(reached) == state.currentTerm()) {
            boolean first = state.commitIndex() < termStartIndex;
            state.commitTo(reached);
            if (first) {
                state.addresses.ownHolds();
            }
        }
    }

    // ---- replicating

    @Override
    void beforeFlush(long nowNanos) {
        advance(nowNanos);
        if (reads.needsRound() && state.commitIndex() >= termStartIndex) {
            reads.roundStarts(heartbeats.send(nowNanos));
            confirmReads();
        }
        replication.flush(nowNanos);
        transfer.flush(nowNanos);
        if (isRetired()) {
            roles.becomeFollower(null, "not a voter any more", nowNanos);
        }
    }

    /** Commits what can be committed, and goes on with the membership, which may change what that is. */
    private void advance(long nowNanos) {
        boolean appended;
        do {
            boolean committed = state.isMembershipCommitted();
            advanceCommit();
            if (!committed && state.isMembershipCommitted()) {
                replication.membershipCommitted(nowNanos);
                if (state.membership.inForce().logIndex() > MembershipTracker.FIRST_INDEX) {
                    heartbeats.send(nowNanos); // so that all know what counts, and those who have left that they have
                }
            }
            appended = changes.advance(membership -> append(membership, nowNanos), nowNanos);
        } while (appended);
    }

    /**
     * Thesis §4.2.2: a leader that is no voter of the newest configuration goes on, without counting itself, until that is committed,
     * since nobody else may be able to do it; and then steps down.
     */
    private boolean isRetired() {
        return state.isMembershipCommitted()
                && state.commitIndex() >= termStartIndex
                && !state.membership.inForce().isVoter(state.self);
    }

    // ---- membership

    @Override
    void changeMembership(long requestId, MembershipChange change, long nowNanos) {
        changes.request(requestId, change, nowNanos);
    }

    @Override
    void onIntroductionResponse(MemberId from, IntroductionResponse response, long nowNanos) {
        if (!changes.met(from, response.nonce())) {
            state.strangers.spoke(from);
        }
    }

    @Override
    void onLogRead(long token, List<LogEntry> entries, long nowNanos) {
        replication.onLogRead(token, entries, nowNanos);
    }

    @Override
    void onAppendEntriesResponse(MemberId from, AppendEntriesResponse response, long nowNanos) {
        replication.onAppendEntriesResponse(from, response, nowNanos);
    }

    @Override
    void onInstallSnapshotResponse(MemberId from, InstallSnapshotResponse response, long nowNanos) {
        replication.onInstallSnapshotResponse(from, response, nowNanos);
    }

    @Override
    void onSnapshotUnavailable(NodeId peer, SnapshotMeta meta) {
        replication.onSnapshotUnavailable(peer, meta);
    }

    @Override
    void onUnreachable(NodeId peer) {
        replication.onUnreachable(peer);
    }

    // ---- asserting itself

    /** Heartbeats when due; and CheckQuorum: a leader that cannot hear a majority leads nobody (thesis §6.2). */
    @Override
    void tick(long nowNanos) {
        transfer.tick(nowNanos);
        if (nowNanos < heartbeats.nextDeadlineNanos()) {
            return;
        }
        if (heartbeats.isOverdue(nowNanos)) {
            lease.beginAnew();
        }
        if (!knowsLiveLeader(nowNanos)) {
            roles.becomeFollower(null, "lost contact with a majority", nowNanos);
        } else if (state.isDiskStalled(nowNanos)) {
            roles.becomeFollower(null, "disk stalled", nowNanos);
        } else {
            heartbeats.sentOnTime(nowNanos);
            heartbeats.send(nowNanos);
            heartbeats.introduce(nowNanos);
            changes.introduce();
            handOverToPreferred(nowNanos);
            if (!transfer.isUnderWay() && state.clock.isEntryNeeded(nowNanos)) {
                append(EntryType.CLOCK, EMPTY, nowNanos);
            }
        }
    }

    private void handOverToPreferred(long nowNanos) {
        state.preferred.toTakeOver(replication, transfer, nowNanos).ifPresent(preferred -> {
            state.preferred.handsOver(nowNanos);
            transfer.beginTo(preferred, nowNanos);
        });
    }

    @Override
    long nextDeadlineNanos() {
        return Math.min(heartbeats.nextDeadlineNanos(), transfer.nextDeadlineNanos());
    }

    /** It is one itself, for as long as a majority has answered within the election timeout. */
    @Override
    boolean knowsLiveLeader(long nowNanos) {
        return heartbeats.reachQuorum(nowNanos);
    }

    @Override
    void onHeartbeatResponse(MemberId from, HeartbeatResponse response, long nowNanos) {
        if (heartbeats.onResponse(from, response, nowNanos)) {
            confirmReads();
        }
    }

    // ---- reads

    @Override
    void requestRead(long requestId, long nowNanos) {
        reads.add(requestId);
    }

    /** The time is that of this read: read from the clock after the read had come to the raft thread. */
    @Override
    void requestLeaseRead(long requestId, long nowNanos) {
        if (state.commitIndex() >= termStartIndex && !heartbeats.isOverdue(nowNanos) && lease.holds(nowNanos)) {
            out.add(new Effect.ServeReads(state.commitIndex(), List.of(requestId)));
        } else {
            requestRead(requestId, nowNanos);
        }
    }

    @Override
    void onReadIndex(MemberId from, ReadIndex question, long nowNanos) {
        reads.add(from.node(), question);
    }

    private void confirmReads() {
        for (NodeId waiting : reads.confirmedThrough(heartbeats.echoedByQuorum())) {
            replication.nudge(waiting); // so that it learns of the commit now, not with the next heartbeat
        }
    }

    // ---- leaving office, and what cannot be

    @Override
    TransferAdmission transferLeadership(@Nullable NodeId target, long limitNanos, long nowNanos) {
        return transfer.begin(target, limitNanos, nowNanos);
    }

    @Override
    Optional<NodeId> transferTarget() {
        return transfer.target();
    }

    @Override
    void leave() {
        out.add(new Effect.FailProposals(state.commitIndex()));
        reads.failAll();
        changes.leave();
        state.addresses.leaveOffice();
    }

    @Override
    void onAppendEntries(MemberId from, AppendEntries request, long nowNanos) {
        reportSecondLeader(from);
    }

    @Override
    void onHeartbeat(MemberId from, Heartbeat heartbeat, long nowNanos) {
        reportSecondLeader(from);
    }

    @Override
    void onInstallSnapshot(MemberId from, InstallSnapshot request, long nowNanos) {
        reportSecondLeader(from);
    }

    @Override
    void onTimeoutNow(MemberId from, TimeoutNow request, long nowNanos) {
        reportSecondLeader(from);
    }

    private void reportSecondLeader(MemberId from) {
        out.report(new Report.PeerAnomaly(from, "claims to lead term " + state.currentTerm() + ", which we lead"));
    }

    @Override
    Optional<ChangeView> membershipChange(long nowNanos) {
        return changes.underWay(nowNanos);
    }

    @Override
    List<FollowerView> followers() {
        return replication.views();
    }

    @Override
    OptionalInt minimumVersion() {
        return state.minimumVersion.ofAll(replication);
    }
}
