package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.model.Standing;
import io.pecanraft.testkit.InMemoryNetwork;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * K2 on real nodes: one of three loses its term and vote, starts as always, counts nowhere, says what to type, and counts again once
 * that was typed.
 */
@Timeout(180)
class NodeWithoutItsVoteTest {

    private static final List<NodeId> NAMES =
            Stream.of("n1", "n2", "n3").map(NodeId::of).toList();
    private static final NodeId LOSER = NAMES.get(2);
    private static final List<MemberAddress> MEMBERS = NAMES.stream()
            .map(name -> new MemberAddress(name, "memory:" + name))
            .toList();

    @TempDir
    Path directory;

    private final InMemoryNetwork network = new InMemoryNetwork();
    private List<NodeId> reachable = NAMES;
    private final Map<NodeId, RaftNode> nodes = new HashMap<>();

    @AfterEach
    void close() {
        nodes.values().forEach(RaftNode::close);
    }

    @Test
    void itIsReadmittedAndThenServesWhatWasAcknowledged() throws Exception {
        for (NodeId name : NAMES) {
            start(name);
        }
        long acknowledged = 0;
        for (int i = 0; i < 20; i++) {
            acknowledged =
                    eventually(node -> node.propose(ByteBuffer.allocate(8))).getLong(0);
        }
        RaftNode loser = node(LOSER);
        loser.close();
        nodes.remove(LOSER);
        Files.delete(directory.resolve(LOSER + "/data/hardstate"));

        start(LOSER);

        awaitStanding(Standing.REPLACED);
        assertThat(node(LOSER).status().advice().orElseThrow()).contains("MembershipChange.replace(n3");
        assertThat(eventually(node -> node.propose(ByteBuffer.allocate(8))).getLong(0))
                .isEqualTo(++acknowledged);

        eventually(node -> node.changeMembership(MembershipChange.replace(LOSER, MEMBERS.get(2))));
        awaitStanding(Standing.VOTER);

        network.disconnect(NAMES.get(0));
        reachable = NAMES.subList(1, 3);
        // A majority of two, one of which is the one that has come back.
        assertThat(eventually(node -> node.propose(ByteBuffer.allocate(8))).getLong(0))
                .isGreaterThan(acknowledged);
        assertThat(eventually(node -> node.read(ByteBuffer.allocate(0), ReadConsistency.linearizable()))
                        .getLong(0))
                .isGreaterThan(acknowledged);
    }

    private RaftNode node(NodeId name) {
        RaftNode node = nodes.get(name);
        if (node == null) {
            throw new AssertionError(name + " is not running");
        }
        return node;
    }

    private void awaitStanding(Standing wanted) {
        while (node(LOSER).status().standing() != wanted) {
            Thread.onSpinWait();
        }
    }

    /** Asks the nodes that can be reached in turn, until one of them has done it. What is asked may happen more than once. */
    private <T> T eventually(Function<RaftNode, CompletableFuture<T>> call) throws Exception {
        while (true) {
            for (NodeId name : reachable) {
                try {
                    return call.apply(node(name)).get(60, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(RaftException.class);
                }
            }
        }
    }

    private void start(NodeId name) throws Exception {
        RaftNode node = RaftNode.builder()
                .stateMachine(new CommandCount())
                .storage(ChronicleStorage.open(
                        directory.resolve(name.toString()),
                        ClusterId.fromBootstrap(MEMBERS),
                        GroupId.DEFAULT,
                        name,
                        TestLog.smallSegments()))
                .transport(network.transport())
                .bootstrapMembers(MEMBERS)
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofMillis(300))
                        .heartbeatInterval(Duration.ofMillis(50))
                        .build())
                .build();
        nodes.put(name, node);
        node.start().get(60, TimeUnit.SECONDS);
    }
}
