package io.pecanraft.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.NodeId;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.sim.LogMatching;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeadersTest {

    private static final long TERM = 5;

    private final SimCluster cluster =
            SimCluster.builder().nodes(2).stateMachine(LeadersTest::none).build();
    private final SimDisk disk = cluster.node(0).disk();
    private final Verdict verdict = new Verdict();
    private final Leaders leaders = new Leaders(verdict, new LogMatching(verdict));

    private static StateMachine none(NodeId node) {
        throw new AssertionError("nothing is started here, and " + node + " was");
    }

    @BeforeEach
    void leads() {
        leaders.starts(disk);
        leaders.acts(TERM, disk, "is leader");
        leaders.acts(TERM, disk, "sends as leader");
        leaders.appends(TERM, disk);
        assertThat(verdict.failed()).isFalse();
    }

    @Test
    void leadershipEndsWithARestart() {
        leaders.starts(disk);
        leaders.acts(TERM, disk, "sends as leader");
        assertThat(verdict.finding().orElseThrow().rule()).isEqualTo("election-safety");
    }

    @Test
    void whoGetsItsOwnEntriesBackAfterARestartLeadsNobody() {
        leaders.starts(disk);
        leaders.appends(TERM, disk);
        assertThat(verdict.failed()).isFalse();
    }

    @Test
    void nobodyLeadsWithTwoStorages() {
        leaders.acts(TERM, disk.successor(), "is leader");
        assertThat(verdict.finding().orElseThrow().rule()).isEqualTo("election-safety");
    }

    @Test
    void aTermHasOneLeader() {
        leaders.appends(TERM, cluster.node(1).disk());
        assertThat(verdict.finding().orElseThrow().rule()).isEqualTo("election-safety");
    }
}
