package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeStatus;
import io.pecanraft.RaftNode;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.Standing;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D06 on real nodes: the whole directory of a follower is put back to an older copy of itself. */
class NodeIsPutBackTest {

    private static final int COMMANDS = 200;

    /** Only the leader to which it has acknowledged something can contradict it. */
    private static final Duration A_LEADER_THAT_STAYS = Duration.ofSeconds(3);

    @TempDir
    Path directory;

    @Test
    void itStopsSaysWhyAndComesBackAsAnother() throws Exception {
        try (ThreeNodes nodes = new ThreeNodes(
                        directory, SeenNumbers::new, config -> config.electionTimeout(A_LEADER_THAT_STAYS))
                .startAll()) {
            propose(nodes, ThreeNodes.NAMES, 0);
            NodeId leader = leader(nodes);
            NodeId follower = ThreeNodes.NAMES.stream()
                    .filter(name -> !name.equals(leader))
                    .findFirst()
                    .orElseThrow();
            List<NodeId> others = ThreeNodes.NAMES.stream()
                    .filter(name -> !name.equals(follower))
                    .toList();
            Path own = directory.resolve(follower.toString());
            Incarnation before = nodes.node(follower).status().identity().incarnation();
            nodes.stop(follower);
            DirectoryContent.copy(own, directory.resolve("backup"));
            nodes.start(follower);
            propose(nodes, ThreeNodes.NAMES, COMMANDS);
            await(() -> isUpToDate(nodes, leader, follower));
            nodes.stop(follower);
            FileTree.delete(own);
            DirectoryContent.copy(directory.resolve("backup"), own);

            nodes.start(follower);
            await(() -> nodes.node(follower).status().state() == NodeStatus.State.FAILED);
            assertThat(nodes.node(follower).status().failure().orElseThrow())
                    .contains("put back to an older state", "MembershipChange.replace");
            propose(nodes, others, 2 * COMMANDS);

            nodes.stop(follower);
            nodes.start(follower);
            await(() -> nodes.node(follower).status().standing() == Standing.REPLACED);
            assertThat(nodes.node(follower).status().advice().orElseThrow()).contains("re-admit");
            assertThat(nodes.node(follower).status().identity().incarnation()).isNotEqualTo(before);
            nodes.eventually(
                    others,
                    node -> node.changeMembership(MembershipChange.replace(
                            follower, ThreeNodes.MEMBERS.get(ThreeNodes.NAMES.indexOf(follower)))));
            await(() -> isUpToDate(nodes, leader(nodes), follower));
            assertThat(nodes.node(follower).status().standing()).isEqualTo(Standing.VOTER);
        }
    }

    private static void propose(ThreeNodes nodes, List<NodeId> names, int from) throws Exception {
        for (int number = from; number < from + COMMANDS; number++) {
            ByteBuffer command = ByteBuffer.allocate(100).putInt(0, number);
            nodes.eventually(names, node -> node.propose(command.duplicate()));
        }
    }

    private static NodeId leader(ThreeNodes nodes) {
        return ThreeNodes.NAMES.stream()
                .filter(name -> nodes.node(name).status().role() == RaftRole.LEADER)
                .findFirst()
                .orElseThrow();
    }

    /** Its leader has heard so from it. */
    private static boolean isUpToDate(ThreeNodes nodes, NodeId leader, NodeId follower) {
        RaftNode asked = nodes.node(leader);
        return asked.status().followers().stream()
                .anyMatch(each -> each.member().node().equals(follower)
                        && each.matchIndex() == asked.status().lastIndex());
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
