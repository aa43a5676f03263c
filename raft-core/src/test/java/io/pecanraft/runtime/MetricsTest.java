package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftNode;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftRole;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.Transport.Loss;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator can measure. Numbers of waiting things are in {@link RaftNodeTest}. */
class MetricsTest {

    private final TestCluster cluster = new TestCluster("n1", "n2", "n3");
    private final RecordedMetrics metrics = cluster.metrics;

    @Test
    void electionsAndTheLeadersThatCameOfThemAreCounted() {
        RaftNode leader = cluster.startAll(CONFIG);

        assertThat(metrics.counts.get("election won")).isEqualTo(1);
        assertThat(metrics.wonTerm).isEqualTo(leader.status().term());
        assertThat(metrics.counts.get("election started")).isPositive();
        assertThat(metrics.counts.get("pre-vote started"))
                .isGreaterThanOrEqualTo(metrics.counts.get("election started"));
        assertThat(metrics.counts.get("leader changed")).isGreaterThanOrEqualTo(3); // each of them learned of it
    }

    @Test
    void aCommitIsAsOldAsTheOldestOfItsProposals() {
        RaftNode leader = cluster.startAll(CONFIG);
        followersOf(leader).forEach(node -> cluster.threadOf(node).suspend());
        leader.propose(command("a"));
        cluster.time.advanceMillis(20);
        leader.propose(command("b"));
        cluster.time.advanceMillis(10);
        int before = metrics.committed;
        int appliedBefore = metrics.applied;
        followersOf(leader).forEach(node -> cluster.threadOf(node).resume());
        cluster.time.settle();

        assertThat(metrics.committed - before).isGreaterThanOrEqualTo(2);
        assertThat(metrics.slowestCommitNanos).isEqualTo(30_000_000);
        assertThat(metrics.applied - appliedBefore).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aFlushSaysHowMuchItMadeDurable() {
        RaftNode leader = cluster.startAll(CONFIG);
        metrics.flushes.clear();
        leader.propose(command("abc"));
        leader.propose(command("de"));
        cluster.time.settle();

        // Both commands shared a turn, and so a write: on the leader and on each of the others.
        assertThat(metrics.flushes)
                .hasSize(3)
                .allMatch(flush -> flush.writes() == 1 && flush.entries() == 2 && flush.bytes() == 5);
    }

    @Test
    void aFollowerThatLagsIsKnownByEntriesAndBytes() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode behind = cluster.follower();
        cluster.isolate(behind);
        for (int i = 0; i < 10; i++) {
            leader.propose(command("x".repeat(100)));
        }
        cluster.time.advanceMillis(300);

        NodeId lagging = idOf(behind);
        assertThat(metrics.lags.get(lagging).entries()).isEqualTo(10);
        assertThat(metrics.lags.get(lagging).bytes()).isBetween(1_000L, 2_000L);
        assertThat(metrics.lags).hasSize(2);
        metrics.lags.forEach((node, lag) -> {
            if (!node.equals(lagging)) {
                assertThat(lag).isEqualTo(new RecordedMetrics.Lag(0, 0));
            }
        });
    }

    @Test
    void messagesAreCountedByPeerAndType() {
        RaftNode leader = cluster.startAll(CONFIG);
        NodeId follower = idOf(cluster.follower());
        metrics.counts.clear();
        leader.propose(command("abc"));
        cluster.time.settle();

        assertThat(metrics.counts)
                .containsEntry("sent " + follower + " AppendEntries", 1)
                .containsEntry("received " + follower + " AppendEntriesResponse", 1)
                .containsEntry("received " + idOf(leader) + " AppendEntries", 2);
    }

    /** On arrival for want of room, in the transport, and because it is of a kind to come. */
    @Test
    void lossesAreCountedByPeerAndTypeWhereverTheyHappen() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().mailboxCapacity(16).build());
        RaftNode follower = cluster.follower();
        cluster.threadOf(follower).suspend();
        for (int i = 0; i < 20; i++) {
            cluster.network.deliver(idOf(leader), idOf(follower), new Heartbeat(1, 0, 1));
        }
        assertThat(metrics.counts.get("dropped " + idOf(leader) + " Heartbeat")).isBetween(4, 20);

        var transport = cluster.network.inboundOf(idOf(leader));
        transport.onDropped(idOf(follower), new Heartbeat(1, 0, 1), Loss.QUEUE_FULL);
        transport.onSkipped(idOf(follower));
        cluster.network.breakConnection(idOf(leader), idOf(follower));
        cluster.time.settle();
        assertThat(metrics.counts)
                .containsEntry("not sent " + idOf(follower) + " Heartbeat QUEUE_FULL", 1)
                .containsEntry("dropped " + idOf(follower) + " " + RaftMetrics.UNKNOWN_TYPE, 1)
                .containsEntry("unreachable " + idOf(follower), 1);
    }

    @Test
    void snapshotsSayTheirSizeAndWhatTheyTook() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().retainedLogEntries(0).build());
        RaftNode behind = cluster.follower();
        cluster.isolate(behind);
        leader.propose(command("abc"));
        cluster.time.settle();
        cluster.snapshotExecutor.hold();
        leader.takeSnapshot();
        cluster.time.advanceMillis(40);
        cluster.snapshotExecutor.release();
        cluster.time.settle();

        assertThat(metrics.snapshotsTaken).hasSize(1);
        RecordedMetrics.Snapshot taken = metrics.snapshotsTaken.get(0);
        assertThat(taken.totalNanos()).isEqualTo(40_000_000);
        assertThat(taken.captureNanos()).isZero();
        assertThat(taken.bytes()).isGreaterThanOrEqualTo(Long.BYTES);

        cluster.network.cutOff.clear();
        cluster.time.advanceMillis(2_000);
        assertThat(metrics.snapshotsInstalled).containsExactly(new RecordedMetrics.Snapshot(taken.bytes(), 0, 0));
    }

    @Test
    void whatIsRefusedAtALimitIsCounted() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().maxUncommittedEntries(1).build());
        cluster.isolate(leader);
        leader.propose(command("a"));
        leader.propose(command("b"));
        cluster.time.settle();
        assertThat(metrics.counts).containsEntry("proposal rejected", 1);
    }

    private List<RaftNode> followersOf(RaftNode leader) {
        return cluster.nodes.values().stream()
                .filter(node -> node != leader && node.status().role() == RaftRole.FOLLOWER)
                .toList();
    }

    private static NodeId idOf(RaftNode node) {
        return node.status().identity().node();
    }
}
