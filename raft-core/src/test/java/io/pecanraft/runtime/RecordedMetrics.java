package io.pecanraft.runtime;

import io.pecanraft.model.NodeId;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What the nodes of a test measured: sums, and the latest of what is not summed. */
final class RecordedMetrics implements RaftMetrics {

    record Flush(int writes, int entries, long bytes, long forceNanos) {}

    record Lag(long entries, long bytes) {}

    record Snapshot(long bytes, long captureNanos, long totalNanos) {}

    /** How often each thing happened; messages as {@code "sent n2 AppendEntries"}. */
    final Map<String, Integer> counts = new TreeMap<>();

    final List<Flush> flushes = new ArrayList<>();
    final List<Snapshot> snapshotsTaken = new ArrayList<>();
    final List<Snapshot> snapshotsInstalled = new ArrayList<>();
    final Map<NodeId, Lag> lags = new TreeMap<>();
    long wonTerm;
    int mailbox;
    int pendingProposals;
    int pendingReads;
    int applying;
    int committed;
    long slowestCommitNanos;
    int applied;
    int sessions;

    /** Called on the raft thread, in the midst of a turn. */
    Consumer<NodeId> onMessageReceived = from -> {};

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    @Override
    public void electionStarted(boolean preVote) {
        count(preVote ? "pre-vote started" : "election started");
    }

    @Override
    public void electionWon(long term) {
        count("election won");
        wonTerm = term;
    }

    @Override
    public void leaderChanged(long term) {
        count("leader changed");
    }

    @Override
    public void committed(int entries, long oldestNanos) {
        committed += entries;
        slowestCommitNanos = Math.max(slowestCommitNanos, oldestNanos);
    }

    @Override
    public void applied(int entries, long nanos) {
        applied += entries;
    }

    @Override
    public void persisted(int writes, int entries, long bytes, long forceNanos) {
        flushes.add(new Flush(writes, entries, bytes, forceNanos));
    }

    @Override
    public void replicationLag(NodeId follower, long entries, long bytes) {
        lags.put(follower, new Lag(entries, bytes));
    }

    @Override
    public void messageSent(NodeId to, String type) {
        count("sent " + to + " " + type);
    }

    @Override
    public void messageReceived(NodeId from, String type) {
        count("received " + from + " " + type);
        onMessageReceived.accept(from);
    }

    @Override
    public void messageDropped(NodeId from, String type) {
        count("dropped " + from + " " + type);
    }

    @Override
    public void messageNotSent(NodeId to, String type, Transport.Loss why) {
        count("not sent " + to + " " + type + " " + why);
    }

    @Override
    public void peerUnreachable(NodeId peer) {
        count("unreachable " + peer);
    }

    @Override
    public void snapshotTaken(long bytes, long captureNanos, long totalNanos) {
        snapshotsTaken.add(new Snapshot(bytes, captureNanos, totalNanos));
    }

    @Override
    public void snapshotInstalled(long bytes, long nanos) {
        snapshotsInstalled.add(new Snapshot(bytes, 0, nanos));
    }

    @Override
    public void queueDepths(int inputs, int proposals, int reads, int entries) {
        mailbox = inputs;
        pendingProposals = proposals;
        pendingReads = reads;
        applying = entries;
    }

    @Override
    public void sessions(int open, long replyBytes) {
        sessions = open;
    }

    @Override
    public void proposalRejected() {
        count("proposal rejected");
    }
}
