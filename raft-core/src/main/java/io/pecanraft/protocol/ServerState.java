package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.model.Standing;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Figure 2, "state on all servers": what survives a change of role. */
final class ServerState {

    final MemberId self;
    final List<MemberAddress> bootstrap;
    final ProtocolSettings settings;
    final RandomGenerator random;
    final Outbox out = new Outbox();
    final LogView log;
    final LogClock clock;
    final MembershipTracker membership = new MembershipTracker();
    final AddressBook addresses;
    final Strangers strangers = new Strangers(this);
    final DurabilityTracker durability;
    final ApplyFlow apply;
    final VotePromise promise;
    final PreferredLeader preferred;
    final MinimumVersion minimumVersion = new MinimumVersion(this);
    final LogRepair repair;
    final LogRefill refill = new LogRefill(this);
    final RefillSource refillSource = new RefillSource(this);

    /** Tells answers to this life of the process from answers to an earlier one. */
    final long nonce;

    private long currentTerm;
    private @Nullable MemberId votedFor; // null: has not voted in currentTerm
    private boolean hardStateChanged;
    private @Nullable FormationRecord formation;
    private boolean formationChanged;
    private @Nullable MemberId leader; // null: none is known in currentTerm
    private long commitIndex;
    private long verifiedIndex;
    private @Nullable SnapshotMeta snapshot;
    private long tokens;
    private long rounds;

    ServerState(
            MemberId self,
            List<MemberAddress> bootstrap,
            ProtocolSettings settings,
            RandomGenerator random,
            Recovered recovered,
            long nowNanos,
            long epochMillis) {
        this.self = self;
        this.bootstrap = List.copyOf(bootstrap);
        this.settings = settings;
        this.addresses = new AddressBook(self.node(), this.bootstrap, membership);
        this.random = random;
        this.nonce = random.nextLong();
        this.currentTerm = recovered.hardState().currentTerm();
        this.votedFor = recovered.hardState().votedFor();
        this.formation = recovered
                .formation()
                // Who forms appends nothing: one with a log has joined a cluster that was formed by another map.
                .filter(record -> record.formed()
                        || (recovered.lastIndex() == 0 && recovered.snapshot().isEmpty()))
                .orElse(null);
        this.snapshot = recovered.snapshot().orElse(null);
        this.commitIndex =
                recovered.snapshot().map(SnapshotMeta::lastIncludedIndex).orElse(0L);
        this.log =
                new LogView(recovered.base(), recovered.lastIndex(), recovered.termStarts(), settings.tailCacheBytes());
        this.clock = new LogClock(recovered.lastTimestampMillis(), epochMillis, nowNanos);
        this.durability = new DurabilityTracker(recovered.lastIndex(), currentTerm);
        this.promise = new VotePromise(settings, nowNanos);
        this.preferred = new PreferredLeader(this);
        this.repair = new LogRepair(recovered.repair());
        this.apply = new ApplyFlow(this, commitIndex);
        recoverMembership(recovered);
        recoverLog();
    }

    private void recoverMembership(Recovered recovered) {
        if (snapshot != null) {
            membership.reset(snapshot.membership());
        } else if (formation != null) {
            membership.reset(formation.membership());
        }
        for (LogEntry entry : recovered.membershipEntries()) {
            if (entry.index() > commitIndex) {
                membership.appended(entry);
            }
        }
    }

    private void recoverLog() {
        Invariant.that(
                log.base().index() <= commitIndex,
                "the log begins after the newest snapshot ends",
                log.base().index(),
                commitIndex);
        if (snapshot != null && !log.matches(snapshot.lastIncluded())) {
            // A snapshot was installed and we crashed before the log learned of it: what the log holds instead is
            // older, or of a branch that lost. The snapshot is committed, so it wins.
            resetLog(snapshot);
        }
        if (log.lastEntry().term() > currentTerm) {
            // The snapshot was durable, but not yet the term of the leader who sent it. No server acts in
            // an earlier term than that of its last entry; and since nothing was promised in the later one,
            // we have no vote in it.
            enterTerm(log.lastEntry().term());
        }
    }

    long currentTerm() {
        return currentTerm;
    }

    @Nullable
    MemberId votedFor() {
        return votedFor;
    }

    /** Enters a later term, in which this server has not voted and knows no leader. */
    void enterTerm(long term) {
        Invariant.that(term > currentTerm, "terms only grow", term, currentTerm);
        currentTerm = term;
        votedFor = null;
        hardStateChanged = true;
        verifiedIndex = 0;
        setLeader(null, "later term");
    }

    /** Votes. A vote is never changed or taken back within a term, whatever the role does (§5.2). */
    void voteFor(MemberId candidate) {
        Invariant.that(votedFor == null || votedFor.equals(candidate), "one vote per term");
        if (votedFor == null) {
            votedFor = candidate;
            hardStateChanged = true;
        }
    }

    @Nullable
    MemberId leader() {
        return leader;
    }

    void setLeader(@Nullable MemberId newLeader, String reason) {
        if (newLeader == null ? leader != null : !newLeader.equals(leader)) {
            leader = newLeader;
            out.report(
                    new Report.LeaderChanged(Optional.ofNullable(newLeader).map(MemberId::node), currentTerm, reason));
        }
    }

    @Nullable
    FormationRecord formation() {
        return formation;
    }

    void setFormation(FormationRecord record) {
        Invariant.that(
                formation == null || formation.membership().equals(record.membership()),
                "the first complete map is never replaced");
        formation = record;
        formationChanged = true;
        if (!membership.isKnown()) {
            membership.reset(record.membership());
        }
    }

    /**
     * The map that this server has agreed to will never be formed, so it is in force nowhere, and least of all here: by it this server
     * could elect itself. On disk it stays; the next start ends here again, or finds a log.
     */
    void forgetFormation() {
        Invariant.that(formation != null && !formation.formed(), "only what was never formed is forgotten");
        formation = null;
        formationChanged = false;
        membership.clear();
    }

    long commitIndex() {
        return commitIndex;
    }

    /** Figure 2: commitIndex increases monotonically. */
    void commitTo(long index) {
        if (index > commitIndex) {
            Invariant.that(index <= log.lastIndex(), "commit beyond the end of the log", index, log.lastIndex());
            commitIndex = index;
            membership.committedThrough(index);
        }
    }

    /** Up to where messages of this term's leader have verified that our log equals its own. */
    long verifiedIndex() {
        return verifiedIndex;
    }

    void verifiedTo(long index) {
        verifiedIndex = Math.max(verifiedIndex, index);
    }

    /** What of {@link #verifiedIndex} this server may claim: nothing before its term is durable, nothing beyond its disk. */
    long claimableIndex() {
        return durability.durableTerm() == currentTerm ? Math.min(verifiedIndex, durability.durableIndex()) : 0;
    }

    @Nullable
    SnapshotMeta snapshot() {
        return snapshot;
    }

    /** Notes a newer durable snapshot and lets the log forget what it covers, but for a tail for slow followers. */
    void snapshotDurable(SnapshotMeta meta) {
        if (snapshot == null || meta.lastIncludedIndex() > snapshot.lastIncludedIndex()) {
            snapshot = meta;
        }
        long through = Math.min(
                snapshot.lastIncludedIndex() - settings.retainedLogEntries(),
                Math.min(apply.applied(), durability.durableIndex()));
        if (through > log.base().index()) {
            log.compactThrough(through);
            out.add(new Effect.Compact(through));
        }
    }

    void append(LogEntry entry, long nowNanos) {
        log.append(entry);
        clock.observe(entry.timestampMillis(), nowNanos);
        if (membership.appended(entry)) {
            out.report(new Report.MembershipChanged(
                    membership.inForce(), "in the log from entry " + entry.index() + " on"));
        }
    }

    void truncateFrom(long index) {
        Invariant.that(index > commitIndex, "truncating a committed entry", index, commitIndex);
        log.truncateFrom(index);
        durability.truncatedFrom(index);
        if (membership.truncatedFrom(index) && membership.isKnown()) {
            out.report(new Report.MembershipChanged(
                    membership.inForce(), "the one after it was removed from the log, from entry " + index + " on"));
        }
    }

    /** Replaces the log by a durable snapshot that it does not contain. */
    void resetLog(SnapshotMeta meta) {
        log.reset(meta.lastIncluded());
        durability.truncatedFrom(meta.lastIncludedIndex() + 1);
        membership.reset(meta.membership());
        snapshot = meta;
        commitIndex = Math.max(commitIndex, meta.lastIncludedIndex());
    }

    long nextToken() {
        return ++tokens;
    }

    /** Numbers questions to others, so that answers find theirs; increases over the life of the process. */
    long nextRound() {
        return ++rounds;
    }

    /** A random time from the least election timeout to twice that (§5.2). */
    long randomElectionTimeoutNanos() {
        return settings.electionTimeoutNanos() + random.nextLong(settings.electionTimeoutNanos());
    }

    /** Whether this server may ask for votes: whether it counts in a configuration that is in force or may be again. */
    boolean mayCampaign() {
        return membership.mayBeVoter(self);
    }

    /** Whether the configuration in force is known to be committed. */
    boolean isMembershipCommitted() {
        return membership.inForce().logIndex() <= commitIndex;
    }

    /**
     * Whether the cluster exists, as far as this server knows; otherwise it takes part in forming it. A server that was started
     * to join one never forms one, nor does one that has been in a term: it has met a cluster.
     */
    boolean isFormed() {
        return formation == null ? membership.isKnown() || bootstrap.isEmpty() || currentTerm > 0 : formation.formed();
    }

    /** How this server stands to the newest configuration that it has heard of. */
    Standing standing() {
        Membership newest = addresses.newerThanInForce();
        if (newest == null) {
            if (!membership.isKnown()) {
                return Standing.OUTSIDER;
            }
            newest = membership.inForce();
        }
        if (newest.isVoter(self)) {
            return Standing.VOTER;
        }
        if (newest.contains(self)) {
            return Standing.LEARNER;
        }
        return newest.member(self.node()).isPresent() ? Standing.REPLACED : Standing.OUTSIDER;
    }

    /** Whether our oldest write waits so long that this server should not lead. */
    boolean isDiskStalled(long nowNanos) {
        return durability.oldestWaitNanos(nowNanos) >= settings.diskStallNanos();
    }

    EntryId lastEntry() {
        return log.lastEntry();
    }

    /** The end of a turn: writes what changed, then lets go what was held for the disk. */
    @Nullable
    Effect takePersist(long nowNanos) {
        LogView.PendingWrite write = log.takePendingWrite();
        boolean repaired = repair.takeEnded();
        if (write == null && !hardStateChanged && !formationChanged && !repaired) {
            return null;
        }
        Effect persist = new Effect.Persist(
                durability.issue(currentTerm, log.lastIndex(), nowNanos),
                hardStateChanged ? new HardState(currentTerm, votedFor) : null,
                formationChanged ? formation : null,
                write == null ? null : write.resetTo(),
                write == null ? 0 : write.truncateFromIndex(),
                write == null ? List.of() : write.entries(),
                repaired);
        hardStateChanged = false;
        formationChanged = false;
        return persist;
    }
}
