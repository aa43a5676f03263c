package io.pecanraft.testkit.check;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.testkit.sim.LogImage;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.Verdict;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nothing is promised that a loss of power could break. In the instant in which a message leaves, whatever it says about the
 * sender's own durable state must be true of what would survive: votes, acknowledgements, installed snapshots, and
 * RequestVote, which speaks of a term, a vote for oneself and the end of a log.
 */
final class DurablePromise {

    private final Verdict verdict;
    private final Disks disks;
    private final Leaders leaders;
    private final Map<MemberId, Map<Long, MemberId>> votes = new HashMap<>();
    private final Map<MemberId, HardState> writtenStates = new HashMap<>();
    private final Map<MemberId, HardState> durableStates = new HashMap<>();
    private final Map<MemberId, Acknowledgement> acknowledgements = new HashMap<>();

    /**
     * The furthest that a server has told the leader of a term to hold of its log.
     *
     * @param epoch of the server's log: what it has lost it is not held to
     */
    private record Acknowledgement(long term, long index, long epoch) {

        boolean covers(Acknowledgement other) {
            return term == other.term && epoch == other.epoch ? index >= other.index : term > other.term;
        }
    }

    DurablePromise(Verdict verdict, Disks disks, Leaders leaders) {
        this.verdict = verdict;
        this.disks = disks;
        this.leaders = leaders;
    }

    // ---- what disks hold

    /** Term never decreases, and a vote never changes within a term (Figure 2; thesis §3.8). */
    void written(SimDisk disk, LogWrite write) {
        if (write.hardState() != null) {
            MemberId self = disk.identity().memberId();
            checkStep(self, writtenStates.getOrDefault(self, HardState.INITIAL), write.hardState(), "writes");
            writtenStates.put(self, write.hardState());
        }
        keepsWhatItAcknowledged(disk, write);
        FormationRecord record = write.formation();
        if (record != null) {
            disk.durable().formation().ifPresent(before -> {
                if (!before.membership().equals(record.membership()) || (before.formed() && !record.formed())) {
                    verdict.fail("formation-once", disk.identity().node() + " replaces its durable formation record");
                }
            });
        }
    }

    /**
     * What matches the log of the term's leader stays until another leader says otherwise: messages of the same one that are late, or are
     * repeated, say less, and never anything else (§5.3).
     */
    private void keepsWhatItAcknowledged(SimDisk disk, LogWrite write) {
        MemberId self = disk.identity().memberId();
        Acknowledgement promise = acknowledgements.get(self);
        long term = writtenStates.getOrDefault(self, HardState.INITIAL).currentTerm();
        if (promise == null
                || promise.term() != term
                || promise.epoch() != disk.written().repair().epoch()) {
            return;
        }
        EntryId resetTo = write.resetTo();
        boolean truncates = write.truncateFromIndex() > 0 && write.truncateFromIndex() <= promise.index();
        if (truncates || (resetTo != null && resetTo.index() < promise.index())) {
            verdict.fail(
                    "durable-promise",
                    self + " removes entries "
                            + (truncates ? "from " + write.truncateFromIndex() : "behind " + resetTo)
                            + " on, in term " + term + ", to whose leader it has acknowledged those up to "
                            + promise.index());
        }
    }

    void durable(SimDisk disk) {
        MemberId self = disk.identity().memberId();
        HardState now = disk.durable().hardState();
        HardState before = durableStates.getOrDefault(self, HardState.INITIAL);
        if (now.equals(before)) {
            return;
        }
        checkStep(self, before, now, "makes durable");
        durableStates.put(self, now);
        MemberId vote = now.votedFor();
        if (vote != null) {
            votes.computeIfAbsent(self, id -> new HashMap<>()).put(now.currentTerm(), vote);
        }
    }

    /** Its terms begin anew where it was put back to; what it voted for since is remembered here, though not by itself. */
    void rolledBack(SimDisk disk) {
        durableStates.put(disk.identity().memberId(), disk.durable().hardState());
        acknowledgements.remove(disk.identity().memberId());
    }

    /** After a crash the written state is what recovery found. */
    void restarted(SimDisk disk) {
        writtenStates.put(disk.identity().memberId(), disk.written().hardState());
    }

    private void checkStep(MemberId self, HardState from, HardState to, String what) {
        if (to.currentTerm() < from.currentTerm()) {
            verdict.fail(
                    "term-never-decreases",
                    self + " " + what + " term " + to.currentTerm() + " after " + from.currentTerm());
        }
        MemberId vote = from.votedFor();
        if (to.currentTerm() == from.currentTerm() && vote != null && !vote.equals(to.votedFor())) {
            verdict.fail(
                    "one-vote-per-term",
                    self + " " + what + " a vote for " + to.votedFor() + " in term " + to.currentTerm()
                            + " after one for " + vote);
        }
    }

    // ---- what messages say

    void sent(MemberId from, int fromNode, int toNode, @Nullable MemberId to, RaftMessage message) {
        SimDisk disk = disks.of(from);
        if (disk == null) {
            return;
        }
        if (message instanceof RaftMessage.RequestVote request) {
            formed(disk, message);
            require(hasVoted(from, disk, request.term(), from), disk, message, "term and own vote are not durable");
            require(
                    holdsLastEntry(disk, request.lastEntry()),
                    disk,
                    message,
                    "the claimed end of the log is not durable, where it ends at "
                            + disk.durable().lastId());
        } else if (message instanceof RaftMessage.RequestVoteResponse response && response.granted()) {
            formed(disk, message);
            require(
                    to != null && hasVoted(from, disk, response.term(), new MemberId(to.node(), response.candidate())),
                    disk,
                    message,
                    "the granted vote is not durable, where " + disk.durable().hardState() + " is");
        } else if (message instanceof RaftMessage.PreVote) {
            formed(disk, message);
        } else if (message instanceof RaftMessage.AppendEntriesResponse response && response.success()) {
            claimsMatch(from, disk, message, response.term(), response.index());
        } else if (message instanceof RaftMessage.HeartbeatResponse response && response.matchIndex() > 0) {
            claimsMatch(from, disk, message, response.term(), response.matchIndex());
        } else if (message instanceof RaftMessage.InstallSnapshotResponse response && response.installed()) {
            require(termIsDurable(disk, response.term()), disk, message, "its term is not durable");
            require(
                    Disks.snapshotCovers(disk, response.lastIncludedIndex())
                            || disk.durable().lastIndex() >= response.lastIncludedIndex(),
                    disk,
                    message,
                    "neither snapshot nor log that covers it is durable");
        } else if (message instanceof RaftMessage.AppendEntries request) {
            leads(disk, request.term(), message);
            LogImage log = disk.written();
            require(
                    !log.covers(request.prev().index()) || log.holds(request.prev()),
                    disk,
                    message,
                    "prev is not in the leader's log");
        } else if (message instanceof RaftMessage.Heartbeat heartbeat) {
            leads(disk, heartbeat.term(), message);
        } else if (message instanceof RaftMessage.InstallSnapshot request) {
            leads(disk, request.term(), message);
        }
    }

    private void leads(SimDisk disk, long term, RaftMessage message) {
        leaders.acts(term, disk, "sends as leader");
        require(termIsDurable(disk, term), disk, message, "a leader's term is durable before it is elected");
    }

    /**
     * Whether this may come from a server that has agreed on a map which was not formed, while the cluster was, by another one: until it
     * has an entry or a snapshot it knows no members, so it asks nobody for a vote.
     */
    private static boolean hasJoined(SimDisk disk, RaftMessage message) {
        boolean campaigns = message instanceof RaftMessage.PreVote || message instanceof RaftMessage.RequestVote;
        return !campaigns
                || disk.written().lastIndex() > 0
                || disk.newestSnapshot().isPresent();
    }

    private void formed(SimDisk disk, RaftMessage message) {
        boolean agreed = disk.durable()
                .formation()
                .map(record -> disks.agreedByAll(record.membership())
                        || (!record.formed() && disks.isFormed() && hasJoined(disk, message)))
                // It has founded nothing: then there must be a cluster that it joins.
                .orElseGet(disks::isFormed);
        require(agreed, disk, message, "not every member has durably agreed on the first configuration");
    }

    private boolean hasVoted(MemberId voter, SimDisk disk, long term, MemberId candidate) {
        HardState durable = disk.durable().hardState();
        if (durable.currentTerm() == term) {
            return candidate.equals(durable.votedFor());
        }
        Map<Long, MemberId> past = votes.get(voter);
        return durable.currentTerm() > term && past != null && candidate.equals(past.get(term));
    }

    private static boolean termIsDurable(SimDisk disk, long term) {
        return disk.durable().hardState().currentTerm() >= term;
    }

    private static boolean holdsLastEntry(SimDisk disk, EntryId last) {
        return disk.durable().holds(last)
                || disk.newestSnapshot()
                        .map(meta -> meta.lastIncluded().equals(last))
                        .orElse(false);
    }

    /** "Up to here my log is durable and equal to that of this term's leader" (§5.3). */
    private void claimsMatch(MemberId self, SimDisk disk, RaftMessage message, long term, long index) {
        require(termIsDurable(disk, term), disk, message, "its term is not durable");
        LogImage log = disk.durable();
        Acknowledgement now = new Acknowledgement(term, index, log.repair().epoch());
        acknowledgements.merge(self, now, (before, after) -> before.covers(after) ? before : after);
        if (index <= log.base().index() || Disks.snapshotCovers(disk, index)) {
            return;
        }
        if (!log.covers(index)) {
            require(false, disk, message, "the durable log ends at " + log.lastId());
            return;
        }
        EntryId entry = new EntryId(log.termAt(index), index);
        require(
                leaders.leaderHas(term, entry),
                disk,
                message,
                "the leader of the term has no " + entry + " in its log");
    }

    private void require(boolean condition, SimDisk disk, RaftMessage message, String otherwise) {
        if (!condition) {
            verdict.fail("durable-promise", disk.identity().node() + " sends " + message + ", but " + otherwise);
        }
    }
}
