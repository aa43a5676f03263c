package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeHealth;
import io.pecanraft.RaftNode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When a node is alive, and when it is worth asking. */
class NodeHealthTest {

    private static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final TestCluster cluster = new TestCluster("n1", "n2", "n3");

    @Test
    void membersThatHearTheirLeaderAreReady() {
        cluster.startAll(CONFIG);
        cluster.nodes
                .values()
                .forEach(node -> assertThat(probe(node)).isEqualTo(new NodeHealth(true, true, List.of())));
    }

    @Test
    void aNodeThatWasNotStartedOrWaitsForOthersIsAliveAndNotReady() {
        RaftNode node = cluster.build("n1", CONFIG);
        assertThat(NodeHealth.of(node.status(), 0).reasons()).contains("it is NEW");
        assertThat(NodeHealth.of(node.status(), 0).live()).isTrue();

        RaftNode alone = cluster.start("n2", CONFIG);
        NodeHealth forming = probe(alone);
        assertThat(forming.live()).isTrue();
        assertThat(forming.ready()).isFalse();
        assertThat(forming.reasons()).anyMatch(reason -> reason.contains("waiting for") && reason.contains("n3"));
    }

    @Test
    void aFollowerWithoutALeaderIsNotReady() {
        cluster.startAll(CONFIG);
        RaftNode alone = cluster.follower();
        cluster.isolate(alone);
        cluster.time.advanceMillis(5 * CONFIG.electionTimeout().toMillis());
        assertThat(NodeHealth.of(alone.status(), 0))
                .isEqualTo(new NodeHealth(true, false, List.of("no leader is known")));
        assertThat(probe(alone).ready()).isFalse();
    }

    /** Before its election timer runs out it still takes the leader for known. */
    @Test
    void aFollowerThatWasCutOffAMomentAgoIsFoundByItsAge() {
        cluster.startAll(CONFIG);
        RaftNode alone = cluster.follower();
        cluster.isolate(alone);
        CompletableFuture<NodeHealth> health = NodeHealth.probe(alone, ByteBuffer.allocate(0), Duration.ZERO);
        cluster.time.advanceMillis(CONFIG.readTimeout().toMillis());
        assertThat(health.join().ready()).isFalse();
        assertThat(health.join().reasons()).singleElement().asString().contains("a read that may be 0 ms old failed");
    }

    @Test
    void whoStillHasToApplyALotIsNotReady() {
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.applyExecutor.hold();
        for (int i = 0; i < 5; i++) {
            leader.propose(command("a"));
            cluster.time.settle();
        }
        assertThat(NodeHealth.of(leader.status(), 5).ready()).isTrue();
        assertThat(NodeHealth.of(leader.status(), 4).reasons())
                .containsExactly("5 committed entries are not applied yet, and at most 4 may be");
        CompletableFuture<NodeHealth> health = NodeHealth.probe(leader, ByteBuffer.allocate(0), MAX_AGE);
        cluster.time.advanceMillis(2 * CONFIG.readTimeout().toMillis());
        cluster.applyExecutor.release();
        cluster.time.settle();
        assertThat(health.join().ready())
                .as("its state machine did not answer in time")
                .isFalse();
    }

    @Test
    void aNodeThatIsClosedIsNotAlive() {
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.close(leader);
        NodeHealth health = probe(leader);
        assertThat(health.live()).isFalse();
        assertThat(health.ready()).isFalse();
        assertThat(health.reasons()).contains("it is CLOSED");
    }

    private NodeHealth probe(RaftNode node) {
        CompletableFuture<NodeHealth> health = NodeHealth.probe(node, ByteBuffer.allocate(0), MAX_AGE);
        cluster.time.settle();
        return health.join();
    }
}
