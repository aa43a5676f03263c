package io.pecanraft.protocol;

import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.ReadIndexResponse;
import io.pecanraft.model.RaftMessage.RefillResponse;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import java.util.List;
import java.util.OptionalInt;

/**
 * Follows the leader of its term, or waits for one (§5.2, §5.3).
 *
 * <p>When to campaign is in {@link #tick}; what of a leader's log to accept in {@link #onAppendEntries}; what to acknowledge,
 * and when, in {@link #beforeFlush}.
 */
final class Follower extends Role {

    private static final long NEVER = Long.MIN_VALUE;

    /** How many heartbeats a question to the leader may go unanswered before it is asked again. */
    private static final int HEARTBEATS_BEFORE_ASKING_AGAIN = 3;

    private final RemoteReads reads = new RemoteReads(state);
    private long electionDeadlineNanos;
    private boolean deadlineExcused;
    private long lastHeardNanos = NEVER;

    /** Whether the leader is owed an acknowledgement that our disk has not allowed yet, or that has not been sent yet. */
    private boolean acknowledgementOwed;

    private long acknowledgedIndex;

    /** The index of a snapshot whose installation the leader has not been told of; 0 for none. */
    private long installationOwed;

    Follower(Roles roles, long nowNanos) {
        super(roles);
        resetElectionTimer(nowNanos);
    }

    @Override
    RaftRole kind() {
        return RaftRole.FOLLOWER;
    }

    // ---- elections

    /** §5.2: without word from a leader for the election timeout, campaign. */
    @Override
    void tick(long nowNanos) {
        if (nowNanos < electionDeadlineNanos) {
            return;
        }
        if (!deadlineExcused && nowNanos - electionDeadlineNanos > state.settings.heartbeatIntervalNanos()) {
            // We are late ourselves: a pause of the process, a busy executor. The leader's heartbeats may be waiting
            // behind it, so give them time to be read before blaming the leader. Once.
            deadlineExcused = true;
            electionDeadlineNanos = nowNanos + 2 * state.settings.heartbeatIntervalNanos();
            return;
        }
        if (!obstacleToCampaign(nowNanos).isEmpty()) {
            state.minimumVersion.forget();
            state.refill.askAll();
            resetElectionTimer(nowNanos);
            return;
        }
        roles.becomePreCandidate("election timeout", nowNanos);
    }

    @Override
    long nextDeadlineNanos() {
        return electionDeadlineNanos;
    }

    @Override
    boolean knowsLiveLeader(long nowNanos) {
        return state.leader() != null
                && lastHeardNanos != NEVER
                && nowNanos - lastHeardNanos < state.settings.electionTimeoutNanos();
    }

    @Override
    void votedFor(MemberId candidate, long nowNanos) {
        resetElectionTimer(nowNanos);
    }

    private void resetElectionTimer(long nowNanos) {
        electionDeadlineNanos = nowNanos + state.randomElectionTimeoutNanos();
        deadlineExcused = false;
    }

    /** Thesis §3.10: campaigns at once, without asking first whether it may, since the leader itself wants it. */
    @Override
    void onTimeoutNow(MemberId from, TimeoutNow request, long nowNanos) {
        if (!heard(from, nowNanos)) {
            return;
        }
        String obstacle = obstacleToCampaign(nowNanos);
        if (obstacle.isEmpty()) {
            roles.becomeCandidate("leader hands over", true);
        } else {
            out.report(new Report.TransferDeclined(from.node(), obstacle));
        }
    }

    private String obstacleToCampaign(long nowNanos) {
        if (!state.mayCampaign()) {
            return "not-a-voter";
        }
        if (state.apply.isRestoring()) {
            // As a leader it could apply nothing, and its clients would wait for as long as that takes.
            return "restoring-a-snapshot";
        }
        if (state.repair.isUnderWay()) {
            // A leader has every committed entry (§5.4.3), and this server does not know whether it has.
            return "log-repairing";
        }
        return state.isDiskStalled(nowNanos) ? "disk-stalled" : "";
    }

    /** Returns false, and says so, when this term has another leader: then one of us is broken, and we follow neither more. */
    private boolean heard(MemberId from, long nowNanos) {
        MemberId leader = state.leader();
        if (leader != null && !leader.equals(from)) {
            out.report(new Report.PeerAnomaly(
                    from, "claims to lead term " + state.currentTerm() + ", which " + leader + " leads"));
            return false;
        }
        state.setLeader(from, "heard from it");
        lastHeardNanos = nowNanos;
        resetElectionTimer(nowNanos);
        return true;
    }

    // ---- the log

    /** Figure 2, AppendEntries RPC, receiver implementation. */
    @Override
    void onAppendEntries(MemberId from, AppendEntries request, long nowNanos) {
        if (!heard(from, nowNanos)) {
            return;
        }
        EntryId prev = request.prev();
        List<LogEntry> entries = request.entries();
        long committed = state.commitIndex();
        if (prev.index() < committed) {
            // What we know to be committed is in every leader's log (Leader Completeness), so it needs no comparison,
            // and must not be touched by an old or repeated message, nor be missed where a snapshot has swallowed it.
            int known = (int) Math.min(committed - prev.index(), entries.size());
            entries = entries.subList(known, entries.size());
            prev = state.log.idAt(committed);
        }
        if (!state.log.matches(prev)) {
            reject(from, request.prev());
            return;
        }
        appendNew(entries, nowNanos);
        long verified = prev.index() + entries.size();
        state.verifiedTo(verified);
        // Figure 2, step 5: "the index of last new entry", which is what this message has verified. Our own log may
        // go on with entries of a branch that lost.
        state.commitTo(Math.min(request.leaderCommit(), verified));
        state.repair.leaderCommits(request.knownEpoch(), request.leaderCommit(), request.term());
        acknowledgementOwed = true;
    }

    /** Steps 3 and 4: only a real conflict truncates; a message that merely says less than we have removes nothing. */
    private void appendNew(List<LogEntry> entries, long nowNanos) {
        for (LogEntry entry : entries) {
            if (entry.index() <= state.log.lastIndex()) {
                if (state.log.termAt(entry.index()) == entry.term()) {
                    continue;
                }
                state.truncateFrom(entry.index());
            }
            state.append(entry, nowNanos);
        }
    }

    /** Promises nothing, so it need not wait for the disk. The hint skips all entries of a term at a time (§5.3, end). */
    private void reject(MemberId from, EntryId prev) {
        EntryId hint = state.log.lastPossibleMatch(prev.term(), prev.index() - 1);
        out.send(
                from.node(),
                new AppendEntriesResponse(state.currentTerm(), false, prev.index(), hint, state.repair.epoch()));
    }

    @Override
    void onHeartbeat(MemberId from, Heartbeat heartbeat, long nowNanos) {
        if (!heard(from, nowNanos)) {
            return;
        }
        if (heartbeat.acknowledged().filter(this::isLost).isPresent()) {
            roles.becomeContradicted(from, heartbeat.acknowledged().get());
            return;
        }
        // The leader names no more than we have acknowledged to it; after a restart we have to verify that anew.
        state.commitTo(Math.min(heartbeat.commit(), state.verifiedIndex()));
        state.minimumVersion.told(heartbeat);
        state.repair.leaderCommits(heartbeat.knownEpoch(), heartbeat.commit(), heartbeat.term());
        reads.resend(from.node(), nowNanos, HEARTBEATS_BEFORE_ASKING_AGAIN * state.settings.heartbeatIntervalNanos());
        out.send(
                from.node(),
                new HeartbeatResponse(
                        state.currentTerm(),
                        heartbeat.round(),
                        state.claimableIndex(),
                        state.promise.renew(nowNanos),
                        state.settings.leaderPriority(),
                        state.settings.applicationVersion(),
                        state.repair.epoch()));
    }

    /**
     * D06 (etcd-io/raft#197): whether this storage has acknowledged an entry in this term, in its present epoch, and does not have it; or
     * has spoken of an epoch that it does not know, since that is durable before anybody hears of it. What is below the base is in a
     * snapshot, and what is committed is in every log.
     */
    private boolean isLost(Acknowledged acknowledged) {
        if (!acknowledged.storage().equals(state.self.incarnation())) {
            return false;
        }
        if (acknowledged.epoch() != state.repair.epoch()) {
            return acknowledged.epoch() > state.repair.epoch();
        }
        EntryId entry = acknowledged.entry();
        return entry.index() > Math.max(state.commitIndex(), state.log.base().index()) && !state.log.matches(entry);
    }

    /** Acknowledges what is verified <em>and</em> durable, also of what we had already: once a turn, cumulatively. */
    @Override
    void beforeFlush(long nowNanos) {
        state.repair.endIfComplete(state);
        state.refill.askOn();
        MemberId leader = state.leader();
        if (leader == null) {
            return;
        }
        reads.flush(leader.node(), nowNanos);
        if (state.durability.durableTerm() != state.currentTerm()) {
            return;
        }
        long claim = state.claimableIndex();
        if (acknowledgementOwed && (claim == state.verifiedIndex() || claim > acknowledgedIndex)) {
            out.send(
                    leader.node(),
                    new AppendEntriesResponse(state.currentTerm(), true, claim, EntryId.ZERO, state.repair.epoch()));
            acknowledgedIndex = claim;
            acknowledgementOwed = claim < state.verifiedIndex();
        }
        if (installationOwed > 0 && state.durability.durableIndex() >= installationOwed) {
            out.send(
                    leader.node(),
                    new InstallSnapshotResponse(state.currentTerm(), installationOwed, 0, true, state.repair.epoch()));
            installationOwed = 0;
        }
    }

    /** Whoever hears a leader is refilled by that. */
    @Override
    void onRefillResponse(MemberId from, RefillResponse response, long nowNanos) {
        if (!knowsLiveLeader(nowNanos)) {
            state.refill.answered(from, response, nowNanos);
        }
    }

    // ---- snapshots

    /** Figure 13, InstallSnapshot RPC, receiver implementation. */
    @Override
    void onInstallSnapshot(MemberId from, InstallSnapshot request, long nowNanos) {
        if (!heard(from, nowNanos) || state.apply.isRestoring()) {
            return;
        }
        SnapshotMeta meta = request.meta();
        if (meta.lastIncludedIndex() <= state.commitIndex() || state.log.matches(meta.lastIncluded())) {
            // Step 6: we have it, so the log stays as it is. A snapshot holds committed entries only.
            covered(meta);
            return;
        }
        out.add(new Effect.AcceptSnapshotChunk(from, request.term(), meta, request.offset(), request.data()));
    }

    /**
     * We have what a snapshot stands for. One that stands for something else where we know what is committed means that an earlier
     * step was wrong, here or at the leader: whoever acknowledged it would claim what it does not have (§5.4.3; openraft#1892).
     */
    private void covered(SnapshotMeta meta) {
        EntryId last = meta.lastIncluded();
        if (last.index() >= state.log.base().index()) {
            EntryId own = state.log.idAt(last.index());
            Invariant.that(own.equals(last), "a snapshot contradicts a committed entry: " + last + " against " + own);
        }
        state.verifiedTo(meta.lastIncludedIndex());
        state.commitTo(meta.lastIncludedIndex());
        installationOwed = meta.lastIncludedIndex();
    }

    @Override
    void onSnapshotChunkStored(MemberId from, long term, SnapshotMeta meta, long nextOffset) {
        if (term != state.currentTerm() || !from.equals(state.leader())) {
            return;
        }
        if (meta.lastIncludedIndex() <= state.commitIndex()) {
            covered(meta);
        } else {
            out.send(
                    from.node(),
                    new InstallSnapshotResponse(
                            term, meta.lastIncludedIndex(), nextOffset, false, state.repair.epoch()));
        }
    }

    // ---- reads

    @Override
    void requestRead(long requestId, long nowNanos) {
        if (state.leader() == null || !state.settings.forwarding()) {
            super.requestRead(requestId, nowNanos);
        } else {
            reads.add(requestId);
        }
    }

    @Override
    void onReadIndexResponse(ReadIndexResponse response) {
        reads.answered(response);
    }

    @Override
    void leave() {
        reads.failAll();
        state.minimumVersion.forget();
    }

    @Override
    OptionalInt minimumVersion() {
        return state.minimumVersion.told();
    }
}
