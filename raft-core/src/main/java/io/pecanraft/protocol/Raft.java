package io.pecanraft.protocol;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.model.Standing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One Raft server. Inputs change its state, {@link #flush} says what is to be done about it.
 *
 * <p>What each role does is in the classes below {@link Role}, how roles change in {@link Roles}, how terms are compared in
 * {@link TermRules}; here is what goes in and what comes out. Not thread-safe: every method is called by one thread at a time.
 */
public final class Raft {

    final ServerState state;
    private final Roles roles;
    private final TermRules terms;

    /** The latest time that any input brought. */
    private long turnNanos;

    private long reportedCommitIndex;

    /**
     * A server as it was when it stopped. Always a follower at first, or still forming: leadership does not survive a restart.
     *
     * @param bootstrap the members that found the cluster, this one included; none for a server that joins one
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
        roles = new Roles(state, nowNanos);
        terms = new TermRules(roles);
    }

    // ---- inputs; each may change state, none performs I/O

    /** Time passed. Call when {@link #nextDeadlineNanos} has come, after what else was waiting. */
    public void tick(long nowNanos) {
        turnNanos = nowNanos;
        roles.current().tick(nowNanos);
    }

    /** A message arrived. */
    public void step(MemberId from, RaftMessage message, long nowNanos) {
        turnNanos = nowNanos;
        if (from.equals(state.self) || roles.current() instanceof Contradicted) {
            return;
        }
        if (message instanceof RaftMessage.Formation formation) {
            roles.current().onFormation(from, formation, nowNanos);
            return;
        }
        if (message instanceof RaftMessage.Introduction introduction) {
            roles.current().onIntroduction(from, introduction, nowNanos);
            return;
        }
        if (roles.current() instanceof Forming) {
            return;
        }
        if (message instanceof RaftMessage.InTerm inTerm && !terms.admit(from, inTerm, nowNanos)) {
            return;
        }
        Dispatch.toRole(roles.current(), from, message, nowNanos);
    }

    /** Appends to the log if this server leads; {@code payload} is shared, never copied. */
    public Admission propose(EntryType type, ByteBuffer payload, long nowNanos) {
        turnNanos = nowNanos;
        return roles.current().propose(type, payload, nowNanos);
    }

    /**
     * Changes the membership if this server leads. Answered by one {@link Effect.EndMembershipChange} with this id, at once or when
     * the change has ended.
     */
    public void changeMembership(long requestId, MembershipChange change, long nowNanos) {
        turnNanos = nowNanos;
        roles.current().changeMembership(requestId, change, nowNanos);
    }

    /** Asks for a linearizable read index; answered by ServeReads or FailReads with this id. */
    public void requestRead(long requestId, long nowNanos) {
        turnNanos = nowNanos;
        roles.current().requestRead(requestId, nowNanos);
    }

    /**
     * Asks for a read index by the leader's lease, where there is one, and as {@link #requestRead} where not.
     *
     * @param readNanos a time that was read from the clock after the caller had asked, not merely at the beginning of the turn:
     *     the process may have been paused in between
     */
    public void requestLeaseRead(long requestId, long readNanos) {
        roles.current().requestLeaseRead(requestId, readNanos);
    }

    /**
     * Hands leadership over, if this server has it. What comes of it is seen in {@link Report.TransferEnded}, or in another leader.
     *
     * @param target to whom; null for the best there is
     * @param limitNanos gives up after this, or after one election timeout
     */
    public TransferAdmission transferLeadership(@Nullable NodeId target, long limitNanos, long nowNanos) {
        turnNanos = nowNanos;
        return roles.current().transferLeadership(target, limitNanos, nowNanos);
    }

    /** The write with this ticket and all before it are durable. */
    public void persisted(long ticket, long nowNanos) {
        turnNanos = nowNanos;
        state.durability.persisted(ticket, nowNanos);
        roles.current().onPersisted(nowNanos);
    }

    /** The state machine has applied everything up to this index. */
    public void applied(long index) {
        state.apply.applied(index);
    }

    /**
     * Log time is to reach this, in milliseconds, though nobody proposes anything: something expires then. A leader appends an
     * entry for it. Replaces what was said before; {@link Long#MAX_VALUE} for never.
     */
    public void clockNeededAt(long timestampMillis) {
        state.clock.neededAt(timestampMillis);
    }

    /** Answers {@link Effect.ReadLog}. */
    public void logRead(long token, List<LogEntry> entries) {
        if (!state.apply.logRead(token, entries, state.out) && !state.refillSource.logRead(token, entries)) {
            roles.current().onLogRead(token, entries, turnNanos);
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
        roles.current().onSnapshotChunkStored(from, term, meta, nextOffset);
    }

    /** Figure 13, steps 6 to 8: a complete, durable snapshot of committed entries that we did not know to be committed. */
    private void install(MemberId from, SnapshotMeta meta, long nowNanos) {
        if (state.log.matches(meta.lastIncluded())) {
            state.commitTo(meta.lastIncludedIndex());
            state.snapshotDurable(meta);
            return;
        }
        Invariant.that(
                roles.current().kind() != RaftRole.LEADER, "a leader lacks a committed entry (Leader Completeness)");
        if (roles.current().kind() != RaftRole.FOLLOWER) {
            // Its timer ran out while the last chunk was being stored. Who restores does not campaign.
            roles.becomeFollower(null, "restoring a snapshot", nowNanos);
        }
        state.resetLog(meta);
        state.clock.observe(meta.lastTimestampMillis(), nowNanos);
        state.apply.restoring(meta.lastIncludedIndex());
        state.out.report(new Report.SnapshotAccepted(meta, from));
        state.out.report(new Report.MembershipChanged(meta.membership(), "part of the snapshot that is restored"));
        state.out.add(new Effect.RestoreSnapshot(meta));
    }

    /** Answers {@link Effect.RestoreSnapshot}. */
    public void snapshotRestored(SnapshotMeta meta) {
        state.apply.restored(meta.lastIncludedIndex());
    }

    /** Answers {@link Effect.SendSnapshotChunk} when the snapshot is gone. */
    public void snapshotUnavailable(NodeId to, SnapshotMeta meta) {
        roles.current().onSnapshotUnavailable(to, meta);
    }

    /** Messages to this peer may have been lost. */
    public void unreachable(NodeId peer) {
        roles.current().onUnreachable(peer);
    }

    // ---- outputs

    /** Everything there is to do since the last call. Call once per turn, after its inputs. */
    public List<Effect> flush(long nowNanos) {
        turnNanos = nowNanos;
        if (roles.current() instanceof Contradicted contradicted) {
            state.out.take(); // Whatever it had to say or to hand out rests on what it does not have.
            return contradicted.takeLastEffects();
        }
        roles.current().beforeFlush(nowNanos);
        state.apply.flush(state.out);
        state.refillSource.flush();
        if (state.commitIndex() > reportedCommitIndex) {
            state.out.report(
                    new Report.Committed(state.commitIndex(), (int) (state.commitIndex() - reportedCommitIndex)));
            reportedCommitIndex = state.commitIndex();
        }
        Effect peers = state.addresses.takeUpdate();
        Effect persist = state.takePersist(nowNanos);
        state.durability.endTurn(state.currentTerm(), state.out);
        state.log.evictThrough(evictable());
        List<Effect> effects = state.out.take();
        if (persist == null && peers == null) {
            return effects;
        }
        List<Effect> all = new ArrayList<>(effects.size() + 2);
        if (peers != null) {
            all.add(peers);
        }
        if (persist != null) {
            all.add(persist);
        }
        all.addAll(effects);
        return all;
    }

    /**
     * Up to where entries may leave memory. On a leader not before they are applied: as long as they are here {@link
     * Leader#propose} counts their bytes, so a state machine that hangs holds back those who propose. A follower has no such say. A log
     * that is refilled may be long before anybody names a commit index; it can be read back.
     */
    private long evictable() {
        if (state.repair.isUnderWay()) {
            return state.durability.durableIndex();
        }
        long through = Math.min(state.commitIndex(), state.durability.durableIndex());
        return role() == RaftRole.LEADER ? Math.min(through, state.apply.applied()) : through;
    }

    /** When {@link #tick} is next useful, on the driver's clock. */
    public long nextDeadlineNanos() {
        return roles.current().nextDeadlineNanos();
    }

    // ---- what the driver shows to others

    /** The role of the moment. */
    public RaftRole role() {
        return roles.current().kind();
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

    /** The storage of the leader of the current term, where known. */
    public Optional<MemberId> leaderMember() {
        return Optional.ofNullable(state.leader());
    }

    /** Whom this leader is handing over to. */
    public Optional<NodeId> transferTarget() {
        return roles.current().transferTarget();
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
        return state.membership.isKnown() && !(roles.current() instanceof Forming)
                ? Optional.of(state.membership.inForce())
                : Optional.empty();
    }

    /** How this server stands to the newest configuration it knows of. */
    public Standing standing() {
        return roles.current() instanceof Forming ? Standing.FORMING : state.standing();
    }

    /** While forming: who has not been heard of or has not agreed. */
    public List<NodeId> missingMembers() {
        return roles.current() instanceof Forming forming ? forming.missing() : List.of();
    }

    /** The least application version of all members; empty while not known here. */
    public OptionalInt minimumVersion() {
        return roles.current().minimumVersion();
    }

    /** The change of membership that this leader has under way; empty without one, and elsewhere. */
    public Optional<ChangeView> membershipChange(long nowNanos) {
        return roles.current().membershipChange(nowNanos);
    }

    /**
     * How long it takes of late until a write is durable: the median of the last few times, or how long the oldest has waited by now if that is
     * more.
     */
    public long writeNanos(long nowNanos) {
        return Math.max(state.durability.recentForceNanos(), state.durability.oldestWaitNanos(nowNanos));
    }

    /** The leader's view of the others; empty elsewhere. */
    public List<FollowerView> followers() {
        return roles.current().followers();
    }
}
