package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a user tests a state machine of their own, and what the kit then notices. */
class SimClusterTest {

    @Test
    void whatWasAcknowledgedSurvivesALossOfPowerOfTheLeader() {
        SimCluster cluster =
                SimCluster.builder().seed(7).stateMachine(node -> new Tally()).build();
        cluster.start();
        SimNode leader = cluster.awaitLeader();
        cluster.await(leader.propose(add(40)));

        leader.crash(SimNode.Crash.POWER);
        SimNode next = cluster.awaitLeader();
        cluster.await(next.propose(add(2)));
        leader.start();
        cluster.awaitConvergence();

        assertThat(number(cluster.await(leader.read(get())))).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7})
    void anySizeElectsALeaderAndServesEveryNode(int nodes) {
        SimCluster cluster = SimCluster.builder()
                .nodes(nodes)
                .stateMachine(node -> new Tally())
                .build();
        cluster.start();
        cluster.awaitLeader();

        for (SimNode node : cluster.nodes()) {
            cluster.await(node.propose(add(1)));
        }

        for (SimNode node : cluster.nodes()) {
            assertThat(number(cluster.await(node.read(get())))).isEqualTo(nodes);
        }
    }

    @Test
    void aStateMachineThatRepliesDifferentlyOnEveryServerIsFound() {
        int[] made = new int[1];
        SimCluster cluster =
                SimCluster.builder().stateMachine(node -> new Moody(++made[0])).build();
        cluster.start();
        SimNode leader = cluster.awaitLeader();

        assertThatThrownBy(() -> {
                    cluster.await(leader.propose(add(1)));
                    cluster.run(Duration.ofSeconds(5));
                })
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("replies to command");
    }

    @Test
    void aFailureTellsTheSeedAndWhatHappenedBefore() {
        SimCluster cluster = SimCluster.builder()
                .seed(4711)
                .replay("make it again")
                .stateMachine(node -> new Tally())
                .build();
        cluster.start();
        cluster.awaitLeader();

        assertThatThrownBy(() -> cluster.runUntil("the impossible", Duration.ofSeconds(1), () -> false))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("seed 4711")
                .hasMessageContaining("not within 1000 ms: the impossible")
                .hasMessageContaining("make it again")
                .hasMessageContaining("Heartbeat");
    }

    /** Breaks the contract: its replies depend on the server. */
    private record Moody(int mood) implements StateMachine {

        @Override
        public void apply(CommandBatch batch) {
            for (Command command : batch) {
                command.reply(add(mood));
            }
        }

        @Override
        public ByteBuffer query(ByteBuffer query) {
            return add(mood);
        }

        @Override
        public SnapshotView captureSnapshot() {
            return out -> {};
        }

        @Override
        public void restore(SnapshotSource source) {}
    }
}
