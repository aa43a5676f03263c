package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeStatus;
import io.pecanraft.ProposalOptions;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftNode;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RaftNodeTest {

    @Test
    void aClusterOfOneElectsItselfAndAppliesCommands() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);

        CompletableFuture<ByteBuffer> first = node.propose(command("abc"));
        CompletableFuture<ProposalResult> second = node.propose(command("de"), ProposalOptions.defaults());
        cluster.time.settle();

        assertThat(number(first)).isEqualTo(3);
        assertThat(second.join().reply().getLong()).isEqualTo(5);
        assertThat(node.status().state()).isEqualTo(NodeStatus.State.RUNNING);
        assertThat(node.status().role()).isEqualTo(RaftRole.LEADER);
        assertThat(node.status().appliedIndex()).isEqualTo(second.join().index());

        CompletableFuture<ByteBuffer> read = node.read(ByteBuffer.allocate(0), ReadConsistency.linearizable());
        cluster.time.settle();
        assertThat(number(read)).isEqualTo(5);
    }

    @Test
    void aClusterOfThreeReplicatesAndServesEveryNode() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();

        CompletableFuture<ByteBuffer> proposed = follower.propose(command("abc"));
        cluster.time.advanceMillis(500);
        assertThat(number(proposed)).isEqualTo(3);

        for (RaftNode node : cluster.nodes.values()) {
            CompletableFuture<ByteBuffer> read = node.read(ByteBuffer.allocate(0), ReadConsistency.linearizable());
            cluster.time.advanceMillis(500);
            assertThat(number(read)).isEqualTo(3);
        }
    }
}
