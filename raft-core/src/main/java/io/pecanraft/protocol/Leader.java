package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.ReadIndex;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Leads its term (§5.3, §5.4): appends, replicates, decides what is committed, asserts itself, and steps down when it has lost
 * the majority.
 *
 * <p>The commit rule is in {@link #advanceCommit}; what goes to one follower in {@link #replicate}; when a leader gives up in
 * {@link #tick}.
 */
final class Leader extends Role {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /** Ordered by id, so that every run sends in the same order. */
    private final Map<MemberId, Progress> followers = new TreeMap<>();

    private final ReadQueue reads = new ReadQueue(state);
    private final long sinceNanos;

    /** The first entry of this leader's term. Until it is committed nothing before it may be called so. */
    private long termStartIndex;

    private long nextHeartbeatNanos;

    /** The last round of heartbeats that was sent. */
    private long round;

    Leader(Raft raft, long nowNanos) {
        super(raft);
        sinceNanos = nowNanos;
        nextHeartbeatNanos = nowNanos + state.settings.heartbeatIntervalNanos();
    }

    @Override
    RaftRole kind() {
        return RaftRole.LEADER;
    }

    /** Takes office: in the same step as the change of role, so that nothing can be appended before. */
    void begin(long nowNanos) {
        state.setLeader(state.self);
        for (Member member : state.membership.inForce().members()) {
            if (!member.id().equals(state.self)) {
                followers.put(member.id(), new Progress(member.id(), state.log.lastIndex() + 1, state.settings));
            }
        }
        termStartIndex = state.log.lastIndex() + 1;
        if (state.log.lastIndex() == 0) {
            // The first leader of a cluster writes down who its members are, for those who will learn it from the log.
            append(EntryType.MEMBERSHIP, MembershipCodec.encode(state.membership.inForce()), nowNanos);
        }
        // §8, and §5.4.2: only an entry of the own term commits what came before it.
        append(EntryType.NO_OP, EMPTY, nowNanos);
        heartbeat();
    }

    // ---- appending

    @Override
    Admission propose(EntryType type, ByteBuffer payload, long nowNanos) {
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
        long reached = Quorum.reachedByQuorum(state.membership.inForce(), this::durableAt);
        // Only entries of our own term are committed by counting (§5.4.2, Figure 8): an older entry on a majority can
        // still be overwritten by a leader that has not seen it. Those before follow by Log Matching.
        if (reached > state.commitIndex() && state.log.termAt(reached) == state.currentTerm()) {
            state.commitTo(reached);
        }
    }

    private long durableAt(MemberId member) {
        if (member.equals(state.self)) {
            return state.durability.durableIndex();
        }
        Progress progress = followers.get(member);
        return progress == null ? 0 : progress.matchIndex();
    }

    // ---- replicating

    @Override
    void beforeFlush(long nowNanos) {
        advanceCommit();
        if (reads.needsRound() && state.commitIndex() >= termStartIndex) {
            heartbeat();
            reads.roundStarts(round);
            confirmReads();
        }
        for (Progress follower : followers.values()) {
            replicate(follower, nowNanos);
        }
    }

    private void replicate(Progress follower, long nowNanos) {
        while (!follower.isPaused()) {
            long prevIndex = follower.nextIndex() - 1;
            if (prevIndex < state.log.base().index()) {
                startSnapshot(follower, nowNanos);
                break;
            }
            boolean hasNews = follower.nextIndex() <= state.log.lastIndex();
            if (!hasNews && !follower.wantsNudge()) {
                return;
            }
            if (hasNews && !state.log.inMemory(follower.nextIndex())) {
                read(follower);
                return;
            }
            List<LogEntry> entries = hasNews
                    ? state.log.slice(
                            follower.nextIndex(),
                            state.log.lastIndex(),
                            follower.freeEntries(state.settings.maxAppendEntries()),
                            state.settings.maxAppendBytes())
                    : List.of();
            send(follower, prevIndex, entries, nowNanos);
        }
        SnapshotTransfer transfer = follower.transfer();
        if (transfer != null) {
            transfer.flush(state.currentTerm(), out);
        }
    }

    private void send(Progress follower, long prevIndex, List<LogEntry> entries, long nowNanos) {
        EntryId prev = state.log.idAt(prevIndex);
        out.send(follower.node(), new AppendEntries(state.currentTerm(), prev, state.commitIndex(), entries));
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += entry.payloadBytes();
        }
        follower.sent(entries.size(), bytes, nowNanos);
    }

    /** What a slow follower needs and memory has let go is read from the log, without holding up the others. */
    private void read(Progress follower) {
        long token = state.nextToken();
        follower.reading(token);
        long end = Math.min(
                state.log.inMemoryFrom(),
                follower.nextIndex() + follower.freeEntries(state.settings.maxAppendEntries()));
        out.add(new Effect.ReadLog(token, follower.nextIndex(), end, state.settings.maxAppendBytes()));
    }

    @Override
    void onLogRead(long token, List<LogEntry> entries) {
        for (Progress follower : followers.values()) {
            if (follower.isReading(token)) {
                follower.readDone();
                // The follower may have moved on meanwhile, or the entries may have been compacted: then look again.
                if (!entries.isEmpty()
                        && entries.get(0).index() == follower.nextIndex()
                        && follower.nextIndex() > state.log.base().index()
                        && !follower.isPaused()) {
                    send(follower, follower.nextIndex() - 1, entries, raft.turnNanos());
                }
                return;
            }
        }
    }

    @Override
    void onAppendEntriesResponse(MemberId from, AppendEntriesResponse response, long nowNanos) {
        Progress follower = heardFrom(from, nowNanos);
        if (follower == null) {
            return;
        }
        if (!response.success()) {
            EntryId hint = response.hint();
            long nextToTry = hint.index() < state.log.base().index()
                    ? hint.index() + 1
                    : state.log.lastPossibleMatch(hint.term(), hint.index()).index() + 1;
            if (follower.rejected(response.index(), nextToTry)) {
                out.report(new Report.PeerAnomaly(
                        from,
                        "refuses entry " + response.index() + ", which it has acknowledged, and may agree up to " + hint
                                + ": has its disk lost data?"));
            }
            return;
        }
        if (acknowledged(follower, response.index(), nowNanos)) {
            follower.accepted();
        }
    }

    /** Returns false, and says so, when the follower claims what we do not have: then it is not our follower. */
    private boolean acknowledged(Progress follower, long index, long nowNanos) {
        if (index > state.log.lastIndex()) {
            out.report(new Report.PeerAnomaly(
                    follower.member(), "acknowledges " + index + " of a log that ends at " + state.log.lastIndex()));
            return false;
        }
        follower.acknowledged(index, nowNanos);
        SnapshotTransfer transfer = follower.transfer();
        if (transfer != null && index >= transfer.meta().lastIncludedIndex()) {
            out.report(new Report.SnapshotSendFinished(follower.node(), transfer.meta()));
            follower.endSnapshot();
        }
        return true;
    }

    /** Every answer in our term is a sign of life; who is not in the configuration does not count. */
    private @Nullable Progress heardFrom(MemberId from, long nowNanos) {
        Progress follower = followers.get(from);
        if (follower != null) {
            follower.contact(nowNanos);
        }
        return follower;
    }

    @Override
    void onUnreachable(NodeId peer, long nowNanos) {
        for (Progress follower : followers.values()) {
            if (follower.node().equals(peer)) {
                follower.unreachable(nowNanos);
            }
        }
    }

    // ---- asserting itself

    /** Heartbeats when due; and CheckQuorum: a leader that cannot hear a majority leads nobody (thesis §6.2). */
    @Override
    void tick(long nowNanos) {
        if (nowNanos < nextHeartbeatNanos) {
            return;
        }
        if (!knowsLiveLeader(nowNanos)) {
            raft.becomeFollower(null, "lost contact with a majority", nowNanos);
        } else if (raft.isDiskStalled(nowNanos)) {
            raft.becomeFollower(null, "disk stalled", nowNanos);
        } else {
            // Re-armed here and not by every heartbeat: the rounds that reads ask for must not put off these checks.
            nextHeartbeatNanos = nowNanos + state.settings.heartbeatIntervalNanos();
            heartbeat();
        }
    }

    @Override
    long nextDeadlineNanos() {
        return nextHeartbeatNanos;
    }

    /** It is one itself, for as long as a majority has answered within the election timeout. */
    @Override
    boolean knowsLiveLeader(long nowNanos) {
        long quorumContactNanos =
                Quorum.reachedByQuorum(state.membership.inForce(), member -> contactNanos(member, nowNanos));
        return nowNanos - quorumContactNanos < state.settings.electionTimeoutNanos();
    }

    private long contactNanos(MemberId member, long nowNanos) {
        if (member.equals(state.self)) {
            return nowNanos;
        }
        Progress progress = followers.get(member);
        // The votes that made us leader are a sign of life too.
        return progress == null ? sinceNanos : Math.max(sinceNanos, progress.contactNanos());
    }

    private void heartbeat() {
        round = state.nextRound();
        for (Progress follower : followers.values()) {
            // Never beyond what it has acknowledged: its log may go on with entries that are not ours.
            long commit = Math.min(state.commitIndex(), follower.matchIndex());
            out.send(follower.node(), new Heartbeat(state.currentTerm(), commit, round));
        }
    }

    @Override
    void onHeartbeatResponse(MemberId from, HeartbeatResponse response, long nowNanos) {
        Progress follower = heardFrom(from, nowNanos);
        if (follower == null || response.round() > round) {
            return;
        }
        follower.roundAcknowledged(response.round());
        if (acknowledged(follower, response.matchIndex(), nowNanos)) {
            follower.heartbeatAnswered(
                    response.matchIndex(), state.log.lastIndex(), nowNanos, state.settings.electionTimeoutNanos() / 2);
        }
        confirmReads();
    }

    // ---- snapshots

    private void startSnapshot(Progress follower, long nowNanos) {
        SnapshotMeta snapshot = state.snapshot();
        Invariant.that(snapshot != null, "a log begins after its start only where a snapshot ends");
        if (snapshot != null) {
            follower.startSnapshot(new SnapshotTransfer(follower.node(), snapshot, state.settings, nowNanos));
            out.report(new Report.SnapshotSendStarted(follower.node(), snapshot));
        }
    }

    @Override
    void onInstallSnapshotResponse(MemberId from, InstallSnapshotResponse response, long nowNanos) {
        Progress follower = heardFrom(from, nowNanos);
        if (follower == null) {
            return;
        }
        if (response.installed()) {
            acknowledged(follower, response.lastIncludedIndex(), nowNanos);
            return;
        }
        SnapshotTransfer transfer = follower.transfer();
        if (transfer != null && transfer.meta().lastIncludedIndex() == response.lastIncludedIndex()) {
            transfer.acknowledged(response.nextOffset(), nowNanos);
        }
    }

    /** It was replaced by a newer one while it was being sent: begin again with that. */
    @Override
    void onSnapshotUnavailable(NodeId peer, SnapshotMeta meta) {
        for (Progress follower : followers.values()) {
            SnapshotTransfer transfer = follower.transfer();
            if (follower.node().equals(peer)
                    && transfer != null
                    && transfer.meta().equals(meta)) {
                follower.endSnapshot();
            }
        }
    }

    @Override
    void onInstallSnapshot(MemberId from, InstallSnapshot request, long nowNanos) {
        reportSecondLeader(from);
    }

    // ---- reads

    @Override
    void requestRead(long requestId, long nowNanos) {
        reads.add(requestId);
    }

    @Override
    void onReadIndex(MemberId from, ReadIndex question, long nowNanos) {
        reads.add(from.node(), question);
    }

    /** A round that a quorum has echoed proves that nobody else led when it was sent (thesis §6.4). */
    private void confirmReads() {
        long confirmedRound = Quorum.reachedByQuorum(state.membership.inForce(), this::roundEchoedBy);
        for (NodeId waiting : reads.confirmedThrough(confirmedRound)) {
            for (Progress follower : followers.values()) {
                if (follower.node().equals(waiting)) {
                    follower.nudge(); // so that it learns of the commit now, not with the next heartbeat
                }
            }
        }
    }

    private long roundEchoedBy(MemberId member) {
        if (member.equals(state.self)) {
            return round;
        }
        Progress progress = followers.get(member);
        return progress == null ? 0 : progress.acknowledgedRound();
    }

    // ---- leaving office, and what cannot be

    @Override
    void leave() {
        out.add(new Effect.FailProposals(state.commitIndex()));
        reads.failAll();
    }

    @Override
    void onAppendEntries(MemberId from, AppendEntries request, long nowNanos) {
        reportSecondLeader(from);
    }

    @Override
    void onHeartbeat(MemberId from, Heartbeat heartbeat, long nowNanos) {
        reportSecondLeader(from);
    }

    private void reportSecondLeader(MemberId from) {
        out.report(new Report.PeerAnomaly(from, "claims to lead term " + state.currentTerm() + ", which we lead"));
    }

    @Override
    List<FollowerView> followers() {
        Membership membership = state.membership.inForce();
        return followers.values().stream()
                .filter(follower -> membership.contains(follower.member()))
                .map(follower -> new FollowerView(
                        follower.member(),
                        follower.matchIndex(),
                        follower.nextIndex(),
                        state.log.bytesAbove(follower.matchIndex()),
                        follower.state(),
                        follower.contactNanos()))
                .toList();
    }
}
