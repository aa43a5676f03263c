package io.pecanraft.testkit;

import io.pecanraft.model.NodeId;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.testkit.check.QueueGauge;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happened in a simulation, so that a test can demand that the rare things did happen: a fault schedule under
 * which no snapshot is ever installed shows nothing about installing snapshots.
 */
final class SimMetrics implements RaftMetrics {

    private final Map<String, Long> counts;
    private final @Nullable QueueGauge gauge;

    SimMetrics() {
        this(new TreeMap<>(), null);
    }

    private SimMetrics(Map<String, Long> counts, @Nullable QueueGauge gauge) {
        this.counts = counts;
        this.gauge = gauge;
    }

    /** Those of one node, which are counted here with those of all others. */
    SimMetrics ofNode(QueueGauge itsGauge) {
        return new SimMetrics(counts, itsGauge);
    }

    Map<String, Long> counts() {
        return counts;
    }

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    @Override
    public void electionStarted(boolean preVote) {
        count(preVote ? "pre-votes" : "elections");
    }

    @Override
    public void electionWon(long term) {
        count("elections won");
    }

    @Override
    public void handoverStarted(boolean preferred) {
        count(preferred ? "handovers to a preferred server" : "handovers that were asked for");
    }

    @Override
    public void messageDropped(NodeId from, String type) {
        count(
                type.equals(UNKNOWN_TYPE)
                        ? "messages skipped, of an unknown kind"
                        : "messages dropped by a full mailbox");
        handled(type);
    }

    @Override
    public void messageReceived(NodeId from, String type) {
        handled(type);
    }

    private void handled(String type) {
        if (gauge != null) {
            gauge.handled(type);
        }
    }

    @Override
    public void queueDepths(int mailbox, int proposals, int reads, int applying) {
        if (gauge != null) {
            gauge.depths(proposals, reads, applying);
        }
    }

    @Override
    public void peerUnreachable(NodeId peer) {
        count("peers unreachable");
    }

    @Override
    public void snapshotTaken(long bytes, long captureNanos, long totalNanos) {
        count("snapshots taken");
    }

    @Override
    public void snapshotInstalled(long bytes, long nanos) {
        count("snapshots installed");
    }

    @Override
    public void proposalRejected() {
        count("proposals rejected");
    }
}
