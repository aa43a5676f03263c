package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftNode;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.model.Standing;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * K2 on real nodes: one of three loses its term and vote, starts as always, counts nowhere, says what to type, and counts again once
 * that was typed.
 */
@Timeout(180)
class NodeWithoutItsVoteTest {

    private static final NodeId LOSER = ThreeNodes.NAMES.get(2);

    @TempDir
    Path directory;

    private ThreeNodes nodes;
    private List<NodeId> reachable = ThreeNodes.NAMES;

    @BeforeEach
    void start() throws Exception {
        nodes = new ThreeNodes(directory, CommandCount::new, config -> config).startAll();
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void itIsReadmittedAndThenServesWhatWasAcknowledged() throws Exception {
        long acknowledged = 0;
        for (int i = 0; i < 20; i++) {
            acknowledged =
                    eventually(node -> node.propose(ByteBuffer.allocate(8))).getLong(0);
        }
        nodes.stop(LOSER);
        Files.delete(DirectoryLayout.hardState(nodes.data(LOSER)));

        nodes.start(LOSER);

        awaitStanding(Standing.REPLACED);
        assertThat(nodes.node(LOSER).status().advice().orElseThrow())
                .contains("MembershipChange.replace(NodeId.of(\"n3\")");
        assertThat(eventually(node -> node.propose(ByteBuffer.allocate(8))).getLong(0))
                .isEqualTo(++acknowledged);

        eventually(node -> node.changeMembership(MembershipChange.replace(LOSER, ThreeNodes.MEMBERS.get(2))));
        awaitStanding(Standing.VOTER);

        nodes.network.disconnect(ThreeNodes.NAMES.get(0));
        reachable = ThreeNodes.NAMES.subList(1, 3);
        // A majority of two, one of which is the one that has come back.
        assertThat(eventually(node -> node.propose(ByteBuffer.allocate(8))).getLong(0))
                .isGreaterThan(acknowledged);
        assertThat(eventually(node -> node.read(ByteBuffer.allocate(0), ReadConsistency.linearizable()))
                        .getLong(0))
                .isGreaterThan(acknowledged);
    }

    private void awaitStanding(Standing wanted) {
        while (nodes.node(LOSER).status().standing() != wanted) {
            Thread.onSpinWait();
        }
    }

    private <T> T eventually(Function<RaftNode, CompletableFuture<T>> call) throws Exception {
        return nodes.eventually(reachable, call);
    }
}
