package io.pecanraft.testkit.swarm.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.swarm.register.Registers;
import org.junit.jupiter.api.Test;

class SessionClientsTest {

    /** A command that waits at least forty election timeouts for its answer, by a clock that is a tenth slow, and some more. */
    private static final int ELECTION_TIMEOUTS_OF_AN_OPENING = 50;

    private final SimCluster cluster = SimCluster.builder()
            .nodes(3)
            .seed(1)
            .stateMachine(node -> new Registers().newStateMachine())
            .build();
    private final SessionClients<?, ?, ?> sessions = new Clients<>(cluster, new Registers()).sessions();

    /** Seed 104381: what still opened sessions after everything was answered made the logs and the snapshots longer. */
    @Test
    void whoHasLeftMayStillBeOpeningASession() {
        // No server is up, so the attempt ends by its timeout.
        sessions.write(1, Draft.probe(1));
        sessions.leave();
        assertThat(sessions.allAnswered()).isFalse();
        cluster.run(cluster.config().electionTimeout().multipliedBy(ELECTION_TIMEOUTS_OF_AN_OPENING));
        assertThat(sessions.allAnswered()).isTrue();
    }
}
