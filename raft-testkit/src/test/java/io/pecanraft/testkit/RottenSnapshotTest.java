package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Simulated snapshots that can be read no more, and the logs that rest on them. */
class RottenSnapshotTest {

    private static final int COMMANDS = 20;

    private final SimCluster cluster = SimCluster.builder()
            .nodeConfig(
                    (node, config) -> config.toBuilder().retainedLogEntries(0).build())
            .stateMachine(node -> new Tally())
            .build();
    private SimNode leader;
    private SimNode victim;

    @BeforeEach
    void aFollowerHasASnapshotAndHardlyAnyLog() {
        cluster.start();
        leader = cluster.awaitLeader();
        for (int i = 0; i < COMMANDS; i++) {
            cluster.await(leader.propose(add(1)));
        }
        victim = cluster.nodes().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
        cluster.awaitConvergence();
        cluster.await(victim.takeSnapshot());
        cluster.run(cluster.config().electionTimeout());
        assertThat(victim.disk().durable().base().index()).isPositive();
    }

    private void rotAndRestart() {
        victim.disk().damageSnapshots(1, true);
        victim.restart(SimNode.Crash.PROCESS);
        cluster.runUntil(
                "the loss to be found",
                cluster.config().electionTimeout(),
                () -> victim.disk().newestSnapshot().isEmpty());
    }

    @Test
    void whatRestedOnItIsFetchedFromTheOthers() {
        rotAndRestart();
        assertThat(victim.disk().newestSnapshot()).isEmpty();
        assertThat(victim.disk().durable().lastIndex()).isZero();
        assertThat(victim.disk().durable().repair().repairing()).isTrue();
        cluster.awaitConvergence();
        cluster.runUntil(
                "the end of the repair",
                cluster.config().electionTimeout().multipliedBy(10),
                () -> !victim.disk().durable().repair().repairing());
        assertThat(number(cluster.await(victim.read(get())))).isEqualTo(COMMANDS);
    }

    /** Its log is not merely short: with one of the others down nobody may be elected whom its vote alone makes a leader. */
    @Test
    void meanwhileItElectsNobodyWhoLacksWhatItLost() {
        SimNode third = cluster.nodes().stream()
                .filter(node -> node != leader && node != victim)
                .findFirst()
                .orElseThrow();
        third.crash(SimNode.Crash.POWER);
        cluster.await(leader.propose(add(1)));
        leader.crash(SimNode.Crash.POWER);
        rotAndRestart();
        third.start();
        // The third server lacks the last command, which the victim has acknowledged and lost.
        cluster.run(cluster.config().electionTimeout().multipliedBy(20));
        assertThat(cluster.leader()).isEmpty();
        leader.start();
        cluster.awaitConvergence();
        assertThat(number(cluster.await(cluster.awaitLeader().read(get())))).isEqualTo(COMMANDS + 1);
    }

    /** The other snapshot that is kept will do, and the log goes on from there. */
    @Test
    void nothingIsLostWhereTheLogReachesBackToAnOlderOne() {
        cluster.await(leader.propose(add(1)));
        cluster.awaitConvergence();
        cluster.await(victim.takeSnapshot());
        long newest = victim.disk().newestSnapshot().orElseThrow().lastIncludedIndex();
        victim.disk().damageSnapshots(1, true);
        victim.restart(SimNode.Crash.PROCESS);
        cluster.runUntil(
                "the loss to be found",
                cluster.config().electionTimeout(),
                () -> victim.disk().newestSnapshot().orElseThrow().lastIncludedIndex() < newest);
        assertThat(victim.disk().durable().repair().repairing()).isFalse();
        assertThat(victim.disk().durable().lastIndex()).isGreaterThanOrEqualTo(newest);
        cluster.awaitConvergence();
        assertThat(number(cluster.await(victim.read(get())))).isEqualTo(COMMANDS + 1);
    }
}
