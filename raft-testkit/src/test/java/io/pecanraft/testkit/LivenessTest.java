package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.NodeStatus;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.model.RaftRole;
import io.pecanraft.testkit.sim.NetworkProfile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Parts of a cluster that work half: disks that hang, executors that are late, servers that come and go. Safety is checked by
 * the cluster itself, these tests are about getting on, and about not being disturbed. Partial networks are in {@link
 * PartitionTest}.
 */
class LivenessTest {

    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration DISK_STALL = Duration.ofSeconds(3);

    private static final RaftConfig CONFIG = RaftConfig.builder()
            .electionTimeout(ELECTION_TIMEOUT)
            .diskStallTimeout(DISK_STALL)
            .proposalTimeout(Duration.ofSeconds(5))
            .readTimeout(Duration.ofSeconds(5))
            .build();

    private static SimCluster cluster(int nodes) {
        SimCluster cluster = SimCluster.builder()
                .nodes(nodes)
                .config(CONFIG)
                .stateMachine(node -> new Tally())
                .build();
        cluster.start();
        cluster.awaitLeader();
        cluster.runUntil(
                "everybody to know the leader",
                ELECTION_TIMEOUT,
                () -> cluster.nodes().stream()
                        .allMatch(node -> status(node).leader().isPresent()));
        return cluster;
    }

    private static NodeStatus status(SimNode node) {
        return node.status().orElseThrow();
    }

    private static List<SimNode> others(SimCluster cluster, SimNode node) {
        return cluster.nodes().stream().filter(other -> other != node).toList();
    }

    /** What an undisturbed cluster shows: the same leader in the same term, serving through everybody. */
    private static void assertUndisturbed(SimCluster cluster, SimNode leader, long term) {
        assertThat(cluster.leader()).contains(leader);
        assertThat(status(leader).term()).isEqualTo(term);
        for (SimNode node : cluster.nodes()) {
            cluster.await(node.propose(add(0)));
            cluster.await(node.read(get()));
        }
    }

    // ---- disks

    /** D17, K23 (hashicorp/raft#503): heartbeats alone would keep a leader that can write nothing for ever. */
    @Test
    void aLeaderWhoseDiskHangsStopsLeadingAndFollowsWhenItWorksAgain() {
        SimCluster cluster = cluster(3);
        SimNode old = cluster.awaitLeader();
        old.disk().hold();
        CompletableFuture<ProposalResult> write = old.propose(add(1));
        cluster.runUntil(
                "the leader to step down",
                DISK_STALL.plus(ELECTION_TIMEOUT),
                () -> status(old).role() != RaftRole.LEADER);
        cluster.runUntil(
                "another leader",
                ELECTION_TIMEOUT.multipliedBy(5),
                () -> others(cluster, old).stream()
                        .anyMatch(node -> status(node).role() == RaftRole.LEADER));
        SimNode next = cluster.awaitLeader();
        cluster.await(next.propose(add(10)));
        cluster.run(ELECTION_TIMEOUT.multipliedBy(20));
        // Though its disk hangs, it hears the new leader, and campaigns against nobody.
        assertThat(cluster.leader()).contains(next);
        assertThat(status(old).role()).isEqualTo(RaftRole.FOLLOWER);

        old.disk().release();
        cluster.awaitConvergence();
        // The followers had the write before its leader's disk did, so it took effect.
        assertThat(write).isDone();
        assertThat(number(cluster.await(old.read(get())))).isEqualTo(11);
    }

    /** D18, X03 (grafana/pyroscope#5518): the follower goes on as soon as its disk does, and the leader is none the worse. */
    @Test
    void aFollowerWhoseDiskHangsRecoversWithoutARestartOfTheLeader() {
        SimCluster cluster = cluster(3);
        SimNode leader = cluster.awaitLeader();
        long term = status(leader).term();
        SimNode slow = others(cluster, leader).get(0);
        slow.disk().hold();
        for (int i = 0; i < 200; i++) {
            cluster.await(leader.propose(add(1)));
        }
        cluster.run(DISK_STALL.multipliedBy(3));
        long durableBefore = status(slow).durableIndex();

        slow.disk().release();
        cluster.awaitConvergence();

        assertThat(status(slow).durableIndex()).isGreaterThan(durableBefore + 199);
        assertUndisturbed(cluster, leader, term);
    }

    // ---- time

    /** E28, X01: its own lateness is no reason for a server to blame the leader. */
    @Test
    void aFollowerThatWasPausedDeposesNobody() {
        SimCluster cluster = cluster(3);
        SimNode leader = cluster.awaitLeader();
        long term = status(leader).term();
        for (SimNode follower : others(cluster, leader)) {
            for (int i = 0; i < 10; i++) {
                follower.pause(ELECTION_TIMEOUT.multipliedBy(3));
                cluster.run(ELECTION_TIMEOUT.multipliedBy(4));
            }
        }
        assertUndisturbed(cluster, leader, term);
    }

    /** X01: a leader that was late for longer than followers wait finds another one, and does not lead beside it. */
    @Test
    void aLeaderThatWasPausedForLongFollowsTheNextOne() {
        SimCluster cluster = cluster(3);
        SimNode old = cluster.awaitLeader();
        old.pause(ELECTION_TIMEOUT.multipliedBy(10));
        cluster.run(ELECTION_TIMEOUT.multipliedBy(6));
        SimNode next = cluster.awaitLeader();
        assertThat(next).isNotSameAs(old);
        long term = status(next).term();
        cluster.run(ELECTION_TIMEOUT.multipliedBy(10));
        assertThat(status(old).role()).isEqualTo(RaftRole.FOLLOWER);
        assertUndisturbed(cluster, next, term);
    }

    // ---- who cannot lead does not

    /** L05 (cockroach#27772): a leader without a majority gives up, takes nothing more, and its log does not grow. */
    @Test
    void aLeaderBelowQuorumStepsDownAndItsLogDoesNotGrow() {
        SimCluster cluster = cluster(3);
        SimNode leader = cluster.awaitLeader();
        others(cluster, leader).forEach(other -> other.crash(SimNode.Crash.PROCESS));
        cluster.runUntil(
                "the leader to step down",
                ELECTION_TIMEOUT.multipliedBy(2),
                () -> status(leader).role() != RaftRole.LEADER);
        long lastIndex = status(leader).lastIndex();
        long term = status(leader).term();
        for (int i = 0; i < 50; i++) {
            CompletableFuture<ProposalResult> refused = leader.propose(add(1));
            assertThatThrownBy(() -> cluster.await(refused))
                    .isInstanceOfSatisfying(
                            RaftException.class,
                            e -> assertThat(e.outcome()).isEqualTo(RaftException.Outcome.NOT_DONE));
            cluster.run(ELECTION_TIMEOUT);
        }
        assertThat(status(leader).lastIndex()).isEqualTo(lastIndex);
        assertThat(status(leader).term()).isEqualTo(term);
    }

    /** L08: every call at an isolated leader ends, whatever it takes in is bounded, and none of it is acknowledged. */
    @Test
    void callsAtAnIsolatedLeaderEndAndAreNotAcknowledged() {
        SimCluster cluster = cluster(3);
        SimNode old = cluster.awaitLeader();
        cluster.isolate(old);
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(old.propose(add(1)));
            calls.add(old.read(get()));
        }
        cluster.runUntil(
                "an end of every call",
                CONFIG.proposalTimeout().plus(ELECTION_TIMEOUT),
                () -> calls.stream().allMatch(CompletableFuture::isDone));
        assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    /** L09: check-quorum does not keep servers that have just been started from electing a leader. */
    @Test
    void aClusterThatWasJustStartedElectsALeaderSoon() {
        SimCluster cluster = cluster(3);
        for (int i = 0; i < 5; i++) {
            cluster.nodes().forEach(node -> node.restart(SimNode.Crash.PROCESS));
            cluster.runUntil(
                    "a leader",
                    ELECTION_TIMEOUT.multipliedBy(8),
                    () -> cluster.leader().isPresent());
        }
    }

    /** L10: when all faults end there is one leader, everybody has the same, and everybody serves. */
    @Test
    void whenAllFaultsEndTheClusterIsWholeAgain() {
        SimCluster cluster = cluster(5);
        List<SimNode> nodes = cluster.nodes();
        cluster.partition(nodes.subList(0, 2), nodes.subList(2, 5));
        nodes.get(3).pause(ELECTION_TIMEOUT.multipliedBy(5));
        nodes.get(4).disk().hold();
        nodes.get(2).crash(SimNode.Crash.POWER);
        cluster.network().profile(new NetworkProfile(false, 1_000_000, 50_000_000, 0.3, 0.3, 0.3, 0.5));
        for (int i = 0; i < 20; i++) {
            nodes.forEach(node -> node.propose(add(1)));
            cluster.run(ELECTION_TIMEOUT);
        }
        cluster.heal();
        cluster.network().profile(NetworkProfile.LAN);
        cluster.start();

        cluster.runUntil(
                "a leader",
                ELECTION_TIMEOUT.multipliedBy(10),
                () -> cluster.leader().isPresent());
        SimNode leader = cluster.awaitLeader();
        cluster.run(ELECTION_TIMEOUT.multipliedBy(2));
        cluster.awaitConvergence();
        assertUndisturbed(cluster, leader, status(leader).term());
    }

    /** L11 (cockroach#92089): a server hears the leader but is not heard; calls there end, and elsewhere nothing happens. */
    @Test
    void aServerThatTheLeaderDoesNotHearEndsItsCallsAndDisturbsNobody() {
        SimCluster cluster = cluster(3);
        SimNode leader = cluster.awaitLeader();
        long term = status(leader).term();
        SimNode mute = others(cluster, leader).get(0);
        cluster.network().cut(mute.number(), leader.number());
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            calls.add(mute.propose(add(1)));
            calls.add(mute.read(get()));
            cluster.await(leader.propose(add(1)));
            cluster.run(ELECTION_TIMEOUT);
        }
        cluster.runUntil(
                "an end of every call",
                CONFIG.proposalTimeout().plus(ELECTION_TIMEOUT),
                () -> calls.stream().allMatch(CompletableFuture::isDone));
        assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
        cluster.heal();
        cluster.awaitConvergence();
        assertUndisturbed(cluster, leader, term);
    }

    /** L12 (etcd#13665): a member that comes and goes once a second. */
    @Test
    void aMemberThatComesAndGoesCostsNoElection() {
        SimCluster cluster = cluster(3);
        SimNode leader = cluster.awaitLeader();
        long term = status(leader).term();
        SimNode flapping = others(cluster, leader).get(1);
        for (int i = 0; i < 30; i++) {
            cluster.isolate(flapping);
            cluster.run(ELECTION_TIMEOUT);
            cluster.await(leader.propose(add(1)));
            cluster.heal();
            cluster.run(ELECTION_TIMEOUT);
        }
        cluster.awaitConvergence();
        assertUndisturbed(cluster, leader, term);
    }

    /** L13: one link delivers everything later than anybody waits; the others get on, and nothing late does harm. */
    @Test
    void aLinkThatIsSlowerThanAnElectionTimeoutCostsNoElection() {
        SimCluster cluster = cluster(3);
        SimNode leader = cluster.awaitLeader();
        long term = status(leader).term();
        SimNode far = others(cluster, leader).get(0);
        for (int i = 0; i < 20; i++) {
            long untilNanos =
                    cluster.nowNanos() + ELECTION_TIMEOUT.multipliedBy(2).toNanos();
            cluster.network().clog(leader.number(), far.number(), untilNanos);
            cluster.network().clog(far.number(), leader.number(), untilNanos);
            for (int k = 0; k < 4; k++) {
                cluster.await(leader.propose(add(1)));
                cluster.run(ELECTION_TIMEOUT.dividedBy(2));
            }
        }
        cluster.heal();
        cluster.awaitConvergence();
        assertUndisturbed(cluster, leader, term);
    }

    /** L13: everything comes three times, late and in any order. */
    @Test
    void repeatedAndOvertakingMessagesDoNoHarm() {
        SimCluster cluster = cluster(3);
        cluster.network().profile(new NetworkProfile(false, 100_000, 40_000_000, 0, 0.9, 0.9, 0.5));
        SimNode leader = cluster.awaitLeader();
        long term = status(leader).term();
        for (int i = 0; i < 100; i++) {
            cluster.await(leader.propose(add(1)));
        }
        ByteBuffer answer = cluster.await(leader.read(get()));
        assertThat(number(answer)).isEqualTo(100);
        assertUndisturbed(cluster, leader, term);
    }
}
