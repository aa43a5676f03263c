package io.pecanraft.testkit.swarm.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.NodeId;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.swarm.register.Registers;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.FaultAtlas;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StormTest {

    private final SimCluster cluster =
            SimCluster.builder().nodes(2).stateMachine(StormTest::none).build();
    private final Stage stage =
            new Stage(cluster, new Clients<>(cluster, new Registers()), new FaultAtlas(2, Set.of()));
    private final NetworkProfile calm = cluster.network().profile();

    private static StateMachine none(NodeId node) {
        throw new AssertionError("nothing is started here, and " + node + " was");
    }

    private void storm(double loss, Duration duration) {
        Arguments arguments = Arguments.none()
                .with("connections", "false")
                .with("min", 1_000L)
                .with("extra", 1_000L)
                .with("loss", loss)
                .with("duplicate", 0.0)
                .with("replay", 0.0)
                .with("slice", 0.0)
                .with("for", duration);
        new Storm().happen(stage, arguments);
    }

    @Test
    void aLaterStormIsNotEndedByTheOneBefore() {
        storm(0.1, Duration.ofSeconds(2));
        cluster.run(Duration.ofSeconds(1));
        storm(0.2, Duration.ofSeconds(2));
        cluster.run(Duration.ofMillis(1_500));
        assertThat(cluster.network().profile().loss()).isEqualTo(0.2);
        cluster.run(Duration.ofSeconds(1));
        assertThat(cluster.network().profile()).isSameAs(calm);
    }
}
