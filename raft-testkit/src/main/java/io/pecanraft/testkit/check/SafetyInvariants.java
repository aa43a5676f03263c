package io.pecanraft.testkit.check;

import io.pecanraft.NodeStatus;
import io.pecanraft.RaftConfig;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftRole;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.testkit.sim.DiskObserver;
import io.pecanraft.testkit.sim.LogImage;
import io.pecanraft.testkit.sim.LogMatching;
import io.pecanraft.testkit.sim.SendObserver;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.Trace;
import io.pecanraft.testkit.sim.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The safety of a whole cluster, checked after every event.
 *
 * <p>Figure 3: Election Safety and Leader Append-Only in {@link #written} and {@link #sent}; Log Matching in {@link
 * LogMatching}; Leader Completeness and State Machine Safety in {@link #observed} and {@link CommittedLog}. Below them what
 * they rest on: {@link DurablePromise}, commitment only by a durable majority and only of the leader's own term (§5.4.2),
 * and nothing that goes backwards.
 */
public final class SafetyInvariants implements DiskObserver, SendObserver {

    /** Tickets begin anew with each life of a server. */
    private static final long FIRST_TICKET = 1;

    private final Verdict verdict;
    private final Trace trace;
    private final LogMatching matching;
    private final Disks disks = new Disks();
    private final Leaders leaders;
    private final DurablePromise promise;
    private final CommittedLog committed;
    private final Configurations configurations;
    private final Versions versions;
    private final Operations operations;
    private final SessionLedger sessions;
    private final BoundedMemory memory;
    private final SnapshotRules snapshots;
    private final Map<String, Long> onDisks = new TreeMap<>();
    private final @Nullable SimDisk[] current;
    private final @Nullable NodeStatus[] last;
    private final boolean[] mayFail;

    /** Invariants of a cluster that has not begun. */
    public SafetyInvariants(Verdict verdict, Trace trace, LogMatching matching, int nodes) {
        this.verdict = verdict;
        this.trace = trace;
        this.matching = matching;
        this.leaders = new Leaders(verdict, matching);
        this.promise = new DurablePromise(verdict, disks, leaders);
        this.committed = new CommittedLog(verdict, trace);
        this.configurations = new Configurations(verdict, committed, disks);
        this.versions = new Versions(verdict, disks, nodes);
        this.operations = new Operations(verdict, committed);
        this.sessions = new SessionLedger(verdict, committed);
        this.memory = new BoundedMemory(verdict, operations, disks, nodes);
        this.snapshots = new SnapshotRules(verdict, committed, configurations);
        this.current = new @Nullable SimDisk[nodes];
        this.last = new @Nullable NodeStatus[nodes];
        this.mayFail = new boolean[nodes];
    }

    /** The log as it was committed. */
    public CommittedLog committed() {
        return committed;
    }

    /** The newest configuration that is committed; empty before there is one. */
    public Optional<Membership> membership() {
        return configurations.newestCommitted();
    }

    /** A change of members was answered with this configuration: it is the committed one of its index. */
    public void changed(Membership answer) {
        configurations.acknowledged(answer);
    }

    /** What clients asked for and were told. */
    public Operations operations() {
        return operations;
    }

    /** What clients with sessions asked for and were told. */
    public SessionLedger sessions() {
        return sessions;
    }

    /**
     * From now on snapshots of the same entry must have the same bytes on every server. For state machines that write equal states
     * equally, in an order of their own and not in that of a hash table.
     */
    public void compareSnapshots() {
        snapshots.compareBytes();
    }

    /** How often disks have failed, have lost what they had promised to keep, and have got it back, by what it was. */
    public Map<String, Long> onDisks() {
        return onDisks;
    }

    /** The greatest term in which there was a leader. */
    public long lastLeaderTerm() {
        return leaders.lastTerm();
    }

    /** From now on it is right for this server to stop itself, for a reason that its disk does not know of. */
    public void expectFailure(int node) {
        mayFail[node] = true;
    }

    /** Whether a server that has this disk may stop itself. */
    public boolean excusesFailure(SimDisk disk) {
        return mayFail[disk.node()] || disk.excusesFailure();
    }

    /** Where a server reports how much it holds. */
    public QueueGauge gauge(int node) {
        return memory.gauge(node);
    }

    /** A server starts, with this disk and these settings. */
    public ReplicaCheck starts(SimDisk disk, RaftConfig config) {
        disks.add(disk);
        memory.starts(disk.node(), config);
        current[disk.node()] = disk;
        last[disk.node()] = null;
        promise.restarted(disk);
        leaders.starts(disk);
        return new ReplicaCheck(verdict, committed, disk);
    }

    @Override
    public void written(SimDisk disk, LogWrite write) {
        promise.written(disk, write);
        if (write.repaired()) {
            onDisks.merge("logs refilled", 1L, Long::sum);
        }
        long term = disk.written().hardState().currentTerm();
        // The first step of a new life may be one that the life before did not live to take: the log gives way to a
        // snapshot of a
        // later leader, which was durable before that leader's term was.
        boolean isTakenUp = write.ticket() == FIRST_TICKET && write.resetTo() != null;
        boolean removes = (write.truncateFromIndex() > 0 || write.resetTo() != null) && !isTakenUp;
        // What is left of a damaged log may have to give way to a snapshot, also at a server that has led its term.
        if (removes
                && leaders.leader(term) == disk.node()
                && !disk.written().repair().repairing()) {
            verdict.fail(
                    "leader-append-only",
                    disk.identity().node() + " removes entries from its log in term " + term
                            + ", which it leads or led");
        }
        entriesWithinTerm(disk, disk.written());
        configurations.written(disk, write, leaders.leader(term) == disk.node());
        if (!write.entries().isEmpty()) {
            long lastTerm = disk.written().lastId().term();
            if (matching.author(lastTerm) == disk.node()) {
                leaders.appends(lastTerm, disk);
            }
        }
    }

    @Override
    public void durable(SimDisk disk) {
        promise.durable(disk);
        entriesWithinTerm(disk, disk.durable());
    }

    /** No entry outlives a crash that the term does not (openraft, "IO ordering"). */
    private void entriesWithinTerm(SimDisk disk, LogImage log) {
        if (log.lastId().term() > log.hardState().currentTerm()) {
            verdict.fail(
                    "entries-within-term",
                    disk.identity().node() + " has " + log.lastId() + " in its log, but is in term "
                            + log.hardState().currentTerm());
        }
    }

    @Override
    public void rolledBack(SimDisk disk) {
        promise.rolledBack(disk);
    }

    @Override
    public void condemned(SimDisk disk) {
        if (!disk.wasPutBack()) {
            verdict.fail(
                    "false-condemnation",
                    disk.identity().memberId() + " gives its storage up, which has kept whatever it had acknowledged");
        }
    }

    @Override
    public void snapshotStored(SimDisk disk) {
        snapshots.stored(disk);
    }

    @Override
    public void happened(SimDisk disk, String what) {
        onDisks.merge(what, 1L, Long::sum);
    }

    @Override
    public void sent(MemberId from, int fromNode, int toNode, RaftMessage message) {
        SimDisk to = current[toNode];
        promise.sent(from, fromNode, toNode, to == null ? null : to.identity().memberId(), message);
        memory.sent(fromNode, toNode, message);
    }

    @Override
    public void delivered(int toNode, RaftMessage message) {
        memory.delivered(toNode, message);
    }

    /** Looks at a server after an event that may have changed it. Cheap when its status is still the same object. */
    @SuppressWarnings("ReferenceEquality") // a node publishes a new object whenever something has changed
    public void observed(int node, NodeStatus status) {
        NodeStatus before = last[node];
        SimDisk disk = current[node];
        if (status == before || disk == null) {
            return;
        }
        last[node] = status;
        versions.observed(node, status, configurations.newestCommitted());
        if (status.state() == NodeStatus.State.FAILED && !excusesFailure(disk)) {
            verdict.fail(
                    "no-unexpected-failure",
                    "n" + (node + 1) + " failed: " + status.failure().orElse("for no reason"));
            return;
        }
        if (status.state() == NodeStatus.State.FAILED || status.state() == NodeStatus.State.CLOSED) {
            memory.ends(node);
        }
        if (status.state() != NodeStatus.State.RUNNING) {
            return;
        }
        if (before != null && before.state() == NodeStatus.State.RUNNING) {
            neverBackwards(node, before, status);
        } else {
            starts(disk, status);
        }
        boolean ledBefore = before != null && before.role() == RaftRole.LEADER && before.term() == status.term();
        if (before == null || before.role() != status.role() || before.term() != status.term()) {
            trace.add(
                    Trace.Kind.STATUS,
                    node,
                    -1,
                    status.term(),
                    status.role() + " of term " + status.term() + ", commit " + status.commitIndex() + ", last "
                            + status.lastIndex());
        }
        if (status.role() == RaftRole.LEADER && !ledBefore) {
            leaders.acts(status.term(), disk, "is leader");
            complete(disk, status.term());
        }
        if (before == null || before.commitIndex() != status.commitIndex()) {
            commits(node, disk, status, before, ledBefore);
        }
        configurations.observed(disk, status);
        memory.observed(disk, status);
    }

    private void starts(SimDisk disk, NodeStatus status) {
        configurations.starts();
        if (status.term() < disk.durable().hardState().currentTerm()) {
            verdict.fail(
                    "term-never-decreases",
                    "n" + (disk.node() + 1) + " starts in term " + status.term() + " with "
                            + disk.durable().hardState() + " on disk");
        }
    }

    /** Leader Completeness (§5.4) at the moment of an election, which may be news of a term long gone. */
    private void complete(SimDisk disk, long term) {
        long mustHave = committed.lastIndexCommittedBefore(term);
        if (!committed.isPrefixOf(disk.written(), mustHave)) {
            verdict.fail(
                    "leader-completeness",
                    disk.identity().node() + " leads term " + term + " with a log up to "
                            + disk.written().lastId() + ", but lacks what earlier terms committed up to " + mustHave);
        }
    }

    private void neverBackwards(int node, NodeStatus before, NodeStatus now) {
        if (now.term() < before.term()
                || now.commitIndex() < before.commitIndex()
                || now.appliedIndex() < before.appliedIndex()) {
            verdict.fail(
                    "never-backwards",
                    "n" + (node + 1) + " went from term " + before.term() + ", commit "
                            + before.commitIndex() + ", applied " + before.appliedIndex() + " back to " + now.term()
                            + ", "
                            + now.commitIndex() + ", " + now.appliedIndex());
        }
        if (now.appliedIndex() > now.commitIndex()) {
            verdict.fail(
                    "apply-only-committed",
                    "n" + (node + 1) + " has applied " + now.appliedIndex() + " and committed " + now.commitIndex());
        }
    }

    private void commits(int node, SimDisk disk, NodeStatus status, @Nullable NodeStatus before, boolean ledBefore) {
        LogImage log = disk.written();
        long commitIndex = status.commitIndex();
        long news = committed.committed(node, commitIndex, log);
        if (news == 0 || verdict.failed()) {
            return;
        }
        EntryId entry = committed.entry(commitIndex).id();
        if (ledBefore && entry.term() != status.term()) {
            // Figure 8: an entry of an earlier term may be on a majority and still be overwritten.
            verdict.fail(
                    "commit-own-term",
                    "n" + (node + 1) + " commits " + entry + " by counting in term " + status.term());
        }
        // A leader may commit by one configuration and append the next one in the same turn.
        boolean durable = durableOnQuorum(status, entry) || (before != null && durableOnQuorum(before, entry));
        if (!durable) {
            verdict.fail(
                    "commit-on-durable-quorum",
                    "n" + (node + 1) + " commits " + entry
                            + ", which is not durable on a majority of its configuration");
        }
        committed.committedIn(entry.term());
        leaders.committed(entry, entry.term());
    }

    private boolean durableOnQuorum(NodeStatus status, EntryId entry) {
        return status.membership()
                .filter(membership -> disks.durableOnQuorum(membership, entry))
                .isPresent();
    }
}
