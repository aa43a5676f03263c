package io.pecanraft.testkit.check;

import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStatus.FollowerStatus;
import io.pecanraft.RaftConfig;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftRole;
import io.pecanraft.testkit.sim.LogImage;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * No server holds more than its {@link RaftConfig} says, whatever its peers, its disk and its clients do: calls, messages that wait for the
 * raft thread, entries that are not finished, what is under way to each follower, what is given to the state machine.
 *
 * <p>Seen from outside: by the messages on the network, the log on the disk, the calls that were not answered, and what a node reports
 * to its metrics. So what a queue would keep besides, nobody sees here.
 */
final class BoundedMemory {

    private static final String RULE = "bounded-memory";

    private final Verdict verdict;
    private final Operations operations;
    private final Disks disks;
    private final @Nullable RaftConfig[] limits;
    private final UnderWay[][] underWay;
    private final QueueGauge[] gauges;

    /** The newest snapshot that each server has had in this life; -1 for not known. */
    private final long[] snapshots;

    /** What each was last seen to know as applied and durable. */
    private final long[] finished;

    BoundedMemory(Verdict verdict, Operations operations, Disks disks, int nodes) {
        this.verdict = verdict;
        this.operations = operations;
        this.disks = disks;
        this.limits = new @Nullable RaftConfig[nodes];
        this.underWay = new UnderWay[nodes][nodes];
        this.gauges = new QueueGauge[nodes];
        this.snapshots = new long[nodes];
        this.finished = new long[nodes];
        for (int from = 0; from < nodes; from++) {
            int node = from;
            gauges[from] = new QueueGauge((what, held, limit) -> demand(node, what, held, limit));
            for (int to = 0; to < nodes; to++) {
                underWay[from][to] = new UnderWay();
            }
        }
    }

    /** A server starts, with nothing in its memory. */
    void starts(int node, RaftConfig config) {
        limits[node] = config;
        snapshots[node] = -1;
        gauges[node].starts(config);
    }

    /** A server has failed or was closed, and does nothing any more. */
    void ends(int node) {
        gauges[node].ends();
    }

    /** What a server tells its metrics. */
    QueueGauge gauge(int node) {
        return gauges[node];
    }

    void sent(int from, int to, RaftMessage message) {
        RaftConfig config = limits[from];
        if (message instanceof RaftMessage.AppendEntries append) {
            underWay[from][to].sent(append);
        } else if (message instanceof RaftMessage.InstallSnapshot chunk && config != null) {
            long ahead = underWay[from][to].aheadOfAcknowledged(chunk);
            long window = (long) config.snapshotChunkBytes() * config.snapshotWindowChunks();
            if (ahead > 0 && ahead >= window) {
                demand(
                        from,
                        "bytes of a snapshot under way to n" + (to + 1) + " (snapshotWindowChunks)",
                        ahead,
                        window - 1);
            }
        } else if (message instanceof RaftMessage.InstallSnapshotResponse answer) {
            underWay[to][from].answered(answer);
        }
    }

    /** A message reaches the process of a server. */
    void delivered(int to, RaftMessage message) {
        gauges[to].arrived(message);
    }

    /** Looks at a running server after an event that has changed it. */
    void observed(SimDisk disk, NodeStatus status) {
        int node = disk.node();
        RaftConfig config = limits[node];
        if (config == null) {
            return;
        }
        calls(node, config);
        retained(node, config, status);
        if (status.role() == RaftRole.LEADER) {
            unfinished(node, config, disk.written(), status);
            for (FollowerStatus follower : status.followers()) {
                SimDisk its = disks.of(follower.member());
                if (its != null && isAloneOnItsServer(follower, status)) {
                    inFlight(node, its.node(), config, status.term(), follower);
                } else if (its != null) {
                    underWay[node][its.node()].clear();
                }
            }
        }
    }

    /**
     * The calls at a server that are not answered: they wait for the raft thread, for their entry or their index, for a transfer of
     * leadership, for the leader they were forwarded to, or, at most as many as the mailbox holds when the next is admitted, to be told.
     */
    private void calls(int node, RaftConfig config) {
        long mailbox = config.mailboxCapacity();
        long limit = mailbox
                + (mailbox - mailbox / 4)
                + 2L * config.maxUncommittedEntries()
                + config.maxPendingForwards()
                + config.maxPendingReads();
        demand(node, "calls that are not answered", operations.open(node), limit);
    }

    /**
     * With a newer snapshot a log forgets what the one before covered, but for a tail (thesis §5.1.2), and but for what is not yet known to be
     * applied and durable here.
     */
    private void retained(int node, RaftConfig config, NodeStatus status) {
        long before = snapshots[node];
        long known = finished[node];
        snapshots[node] = status.snapshotIndex();
        finished[node] = Math.min(status.appliedIndex(), status.durableIndex());
        if (before >= 0 && status.snapshotIndex() > before) {
            demand(
                    node,
                    "entries that the snapshot before the newest covers (retainedLogEntries)",
                    before - (status.firstIndex() - 1),
                    config.retainedLogEntries() + Math.max(0, before - known));
        }
    }

    /**
     * What a leader has taken from clients in its term and is not committed, durable here and applied. It looked when it took the last of
     * them in, and can have finished only more since.
     */
    private void unfinished(int node, RaftConfig config, LogImage log, NodeStatus status) {
        long finished = Math.min(status.appliedIndex(), Math.min(status.commitIndex(), status.durableIndex()));
        long last = log.lastIndex();
        while (last > log.base().index() && log.termAt(last) == status.term() && !isProposed(log.entryAt(last))) {
            last--;
        }
        if (last <= log.base().index() || log.termAt(last) != status.term()) {
            return;
        }
        demand(node, "unfinished entries (maxUncommittedEntries)", last - finished, config.maxUncommittedEntries());
        long bytes = 0;
        for (long i = last; i > Math.max(finished, log.base().index()) && log.termAt(i) == status.term(); i--) {
            bytes += log.entryAt(i).payloadBytes();
        }
        // One command is always admitted, when nothing else is unfinished.
        long limit = Math.max(config.maxUncommittedBytes(), log.entryAt(last).payloadBytes());
        demand(node, "unfinished bytes (maxUncommittedBytes)", bytes, limit);
    }

    private static boolean isProposed(LogEntry entry) {
        return entry.type() == EntryType.COMMAND || entry.type() == EntryType.SESSION;
    }

    /**
     * A server that lost its disk and is re-admitted is two followers for a while, the old and the new, each with a window of its own;
     * messages to it do not say for whom they are.
     */
    private static boolean isAloneOnItsServer(FollowerStatus follower, NodeStatus status) {
        return status.followers().stream()
                .noneMatch(
                        other -> other.member().node().equals(follower.member().node())
                                && !other.member().equals(follower.member()));
    }

    private void inFlight(int leader, int to, RaftConfig config, long term, FollowerStatus follower) {
        UnderWay window = underWay[leader][to];
        if (follower.replication() != NodeStatus.Replication.REPLICATE) {
            return;
        }
        window.agree(term, follower.matchIndex(), follower.nextIndex());
        String where = " in flight to n" + (to + 1);
        demand(leader, "entries" + where + " (maxInFlightEntries)", window.entries(), config.maxInFlightEntries());
        // One message is always allowed, and so is one that begins below the limit.
        demand(
                leader,
                "bytes" + where + " before the last message (maxInFlightBytes)",
                window.bytesBeforeTheLast(),
                config.maxInFlightBytes() - 1L);
    }

    private void demand(int node, String what, long held, long limit) {
        if (held > limit) {
            verdict.fail(RULE, "n" + (node + 1) + " holds " + held + " " + what + ", of which there may be " + limit);
        }
    }
}
