package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeStatus;
import io.pecanraft.RaftConfig;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.RaftRole;
import io.pecanraft.testkit.check.Operations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Crashes, disks, and what comes back. */
class CrashTest {

    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    private static SimCluster cluster(RaftConfig config) {
        return SimCluster.builder()
                .config(config)
                .stateMachine(node -> new Tally())
                .build();
    }

    private static SimCluster started() {
        SimCluster cluster = cluster(RaftConfig.defaults());
        cluster.start();
        cluster.awaitLeader();
        return cluster;
    }

    private static NodeStatus status(SimNode node) {
        return node.status().orElseThrow();
    }

    private static List<SimNode> others(SimCluster cluster, SimNode node) {
        return cluster.nodes().stream().filter(other -> other != node).toList();
    }

    @Test
    void aLossOfPowerTakesWhatWasNotFlushedAndNothingElse() {
        SimCluster cluster = started();
        SimNode leader = cluster.awaitLeader();
        cluster.await(leader.propose(add(1)));
        cluster.run(ELECTION_TIMEOUT);
        leader.disk().slowDown(Long.MAX_VALUE, Duration.ofSeconds(5).toNanos());
        cluster.isolate(leader);
        leader.propose(add(100));
        cluster.run(Duration.ofMillis(50));
        long durable = leader.disk().durable().lastIndex();
        assertThat(leader.disk().written().lastIndex()).isEqualTo(durable + 1);

        leader.crash(SimNode.Crash.POWER);
        assertThat(leader.disk().written().lastIndex()).isEqualTo(durable);

        cluster.heal();
        leader.start();
        cluster.awaitLeader();
        cluster.awaitConvergence();
        assertThat(number(cluster.await(leader.read(get())))).isEqualTo(1);
        assertThat(cluster.invariants().operations().count(Operations.State.UNKNOWN))
                .isEqualTo(1);
    }

    /**
     * Killed processes come back with what the page cache held, acknowledge on top of it, and then the power goes everywhere:
     * what recovery reads must be durable before anything is promised.
     */
    @Test
    void nothingAcknowledgedIsLostWhenPowerGoesAfterARestart() {
        SimCluster cluster = started();
        cluster.await(cluster.awaitLeader().propose(add(1)));
        cluster.nodes().forEach(node -> node.restart(SimNode.Crash.PROCESS));
        cluster.await(cluster.awaitLeader().propose(add(10)));

        cluster.nodes().forEach(node -> node.crash(SimNode.Crash.POWER));
        cluster.start();

        assertThat(number(cluster.await(cluster.awaitLeader().read(get())))).isEqualTo(11);
    }

    @Test
    void aFailedFlushStopsTheNodeAndTheOthersGoOn() {
        SimCluster cluster = started();
        SimNode victim = cluster.awaitLeader();
        victim.disk().failNextForce();
        victim.propose(add(1));
        cluster.runUntil(
                "the node to fail", ELECTION_TIMEOUT, () -> status(victim).state() == NodeStatus.State.FAILED);

        SimNode next = cluster.awaitLeader();
        long sum = number(cluster.await(next.propose(add(2))).reply());
        victim.restart(SimNode.Crash.POWER);
        cluster.awaitConvergence();

        assertThat(sum).isIn(2L, 3L);
        assertThat(number(cluster.await(victim.read(get())))).isEqualTo(sum);
    }

    @Test
    void onAFileSystemThatIsReadOnlyAServerStopsAndCannotBeStarted() {
        SimCluster cluster = started();
        SimNode victim = cluster.awaitLeader();
        victim.disk().makeReadOnly();
        victim.propose(add(1));
        cluster.runUntil(
                "the node to fail", ELECTION_TIMEOUT, () -> status(victim).state() == NodeStatus.State.FAILED);
        long sum = number(cluster.await(cluster.awaitLeader().propose(add(2))).reply());

        victim.restart(SimNode.Crash.PROCESS);
        cluster.runUntil(
                "the start to fail", ELECTION_TIMEOUT, () -> status(victim).state() == NodeStatus.State.FAILED);

        victim.disk().makeWritable();
        victim.restart(SimNode.Crash.PROCESS);
        cluster.awaitConvergence();
        assertThat(number(cluster.await(victim.read(get())))).isEqualTo(sum);
    }

    /** A follower that missed more than the log still holds gets a snapshot, in chunks, while writes go on (§7). */
    @Test
    void aServerThatMissedTooMuchCatchesUpBySnapshot() {
        SimCluster cluster = cluster(RaftConfig.builder()
                .snapshotLogBytes(200)
                .retainedLogEntries(5)
                .snapshotChunkBytes(7)
                .build());
        cluster.start();
        SimNode leader = cluster.awaitLeader();
        SimNode late = others(cluster, leader).get(0);
        late.crash(SimNode.Crash.POWER);
        for (int i = 0; i < 100; i++) {
            cluster.await(leader.propose(add(1)));
        }
        assertThat(status(leader).firstIndex())
                .isGreaterThan(late.disk().durable().lastIndex() + 1);

        late.start();
        for (int i = 0; i < 20; i++) {
            cluster.await(leader.propose(add(1)));
        }
        cluster.awaitConvergence();

        assertThat(status(late).snapshotIndex()).isPositive();
        assertThat(cluster.counts()).containsKey("snapshots installed");
        assertThat(number(cluster.await(late.read(get())))).isEqualTo(120);
    }

    /** Unanimous agreement, once: with one member missing nobody votes, and a crash in between changes nothing. */
    @Test
    void formationWaitsForAllAndGoesOnAfterACrash() {
        SimCluster cluster = cluster(RaftConfig.defaults());
        SimNode first = cluster.node(0);
        SimNode second = cluster.node(1);
        SimNode third = cluster.node(2);
        first.start();
        second.start();
        cluster.run(ELECTION_TIMEOUT.multipliedBy(10));
        assertThat(status(first).role()).isEqualTo(RaftRole.FORMING);
        assertThat(status(first).missingMembers()).contains(third.id());

        first.restart(SimNode.Crash.POWER);
        third.start();
        cluster.runUntil(
                "a durable map at one of them",
                ELECTION_TIMEOUT.multipliedBy(5),
                () -> cluster.nodes().stream()
                        .anyMatch(node -> node.disk().durable().formation().isPresent()));
        cluster.nodes().forEach(node -> node.crash(SimNode.Crash.POWER));
        cluster.start();
        cluster.awaitLeader();

        assertThat(cluster.nodes())
                .allMatch(node -> node.disk()
                        .durable()
                        .formation()
                        .map(FormationRecord::formed)
                        .orElse(false));
    }

    /** It has forgotten its votes and acknowledgements, so under its old name it counts for nothing. */
    @Test
    void aWipedServerUnderItsOldNameDoesNotVote() {
        SimCluster cluster = started();
        SimNode leader = cluster.awaitLeader();
        SimNode wiped = others(cluster, leader).get(0);
        SimNode survivor = others(cluster, leader).get(1);
        cluster.await(leader.propose(add(1)));
        wiped.crash(SimNode.Crash.POWER);
        wiped.wipe();
        wiped.start();
        cluster.run(ELECTION_TIMEOUT.multipliedBy(5));

        // Of the three that formed the cluster only one is left: no majority, whoever else answers.
        leader.crash(SimNode.Crash.POWER);
        cluster.run(ELECTION_TIMEOUT.multipliedBy(30));
        assertThat(status(survivor).role()).isNotEqualTo(RaftRole.LEADER);
        assertThat(status(wiped).role()).isNotEqualTo(RaftRole.LEADER);

        leader.start();
        SimNode next = cluster.awaitLeader();
        assertThat(next).isNotSameAs(wiped);
        assertThat(number(cluster.await(next.propose(add(10))).reply())).isEqualTo(11);
    }

    /** A disk that hangs holds up neither heartbeats nor, for long, the cluster: leadership moves to a server that can write. */
    @Test
    void leadershipLeavesAServerWhoseDiskHangs() {
        SimCluster cluster = cluster(RaftConfig.builder()
                .diskStallTimeout(ELECTION_TIMEOUT.multipliedBy(2))
                .build());
        cluster.start();
        SimNode hanging = cluster.awaitLeader();
        hanging.disk().slowDown(Long.MAX_VALUE, Duration.ofMinutes(10).toNanos());
        hanging.propose(add(1));

        cluster.runUntil(
                "another leader",
                ELECTION_TIMEOUT.multipliedBy(8),
                () -> cluster.leader().filter(leader -> leader != hanging).isPresent());
        SimNode next = cluster.awaitLeader();

        assertThat(cluster.await(next.propose(add(10)))).isNotNull();
        long term = next.status().orElseThrow().term();
        cluster.run(ELECTION_TIMEOUT.multipliedBy(10));
        assertThat(hanging.status().orElseThrow().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(cluster.awaitLeader()).isSameAs(next);
        assertThat(next.status().orElseThrow().term()).isEqualTo(term);
    }
}
