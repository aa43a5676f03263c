package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.NodeStatus;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftException;
import io.pecanraft.model.RaftRole;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Networks in which some reach some: safety is checked by the cluster itself, these tests are about getting on. */
class PartitionTest {

    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    private static SimCluster cluster(int nodes) {
        SimCluster cluster = SimCluster.builder()
                .nodes(nodes)
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

    private static List<SimNode> others(SimCluster cluster, SimNode node) {
        return cluster.nodes().stream().filter(other -> other != node).toList();
    }

    private static NodeStatus status(SimNode node) {
        return node.status().orElseThrow();
    }

    private static void cutBothWays(SimCluster cluster, SimNode a, SimNode b) {
        cluster.partition(List.of(a), List.of(b));
    }

    /** L04: a leader that can send but not hear keeps everybody quiet and commits nothing, but for CheckQuorum (thesis §6.2). */
    @Test
    void aDeafLeaderStepsDownAndAnotherTakesOver() {
        SimCluster cluster = cluster(3);
        SimNode deaf = cluster.awaitLeader();
        others(cluster, deaf).forEach(other -> cluster.network().cut(other.number(), deaf.number()));

        cluster.runUntil(
                "the deaf leader to step down",
                ELECTION_TIMEOUT.multipliedBy(2),
                () -> status(deaf).role() != RaftRole.LEADER);
        SimNode next = cluster.awaitLeader();

        assertThat(next).isNotSameAs(deaf);
        assertThat(number(cluster.await(next.propose(add(1))).reply())).isEqualTo(1);
    }

    /** L03: a server that can send but hears nobody would raise terms for ever without PreVote (thesis §9.6). */
    @Test
    void aDeafFollowerDeposesNobody() {
        SimCluster cluster = cluster(3);
        SimNode leader = cluster.awaitLeader();
        long term = status(leader).term();
        SimNode deaf = others(cluster, leader).get(0);
        others(cluster, deaf).forEach(other -> cluster.network().cut(other.number(), deaf.number()));

        cluster.run(ELECTION_TIMEOUT.multipliedBy(30));

        assertThat(status(leader).role()).isEqualTo(RaftRole.LEADER);
        assertThat(status(leader).term()).isEqualTo(term);
        assertThat(status(deaf).term()).isEqualTo(term);
    }

    /** L07: a follower that comes back from isolation brings no higher term, so the leader stays. */
    @Test
    void aReturningServerDeposesNobody() {
        SimCluster cluster = cluster(5);
        SimNode leader = cluster.awaitLeader();
        long term = status(leader).term();
        SimNode lost = others(cluster, leader).get(0);
        cluster.isolate(lost);
        cluster.run(ELECTION_TIMEOUT.multipliedBy(10));
        cluster.heal();
        cluster.run(ELECTION_TIMEOUT);

        cluster.await(lost.propose(add(1)));
        cluster.awaitConvergence();

        assertThat(cluster.leader()).contains(leader);
        assertThat(status(lost).term()).isEqualTo(term);
    }

    /**
     * L02. Cloudflare, 2 November 2020: one server cannot reach the leader, both reach the third. Without PreVote the cut-off server
     * called elections for six hours.
     */
    @Test
    void aFailedLinkToTheLeaderCostsNoElection() {
        SimCluster cluster = cluster(3);
        SimNode leader = cluster.awaitLeader();
        SimNode bridge = others(cluster, leader).get(1);
        cutBothWays(cluster, leader, others(cluster, leader).get(0));

        staysLeader(cluster, leader, bridge);
    }

    /**
     * L01. Howard and Abraham, "Raft does not guarantee liveness in the face of network faults" (2020): 1, 2 and 3 see each other, 4
     * sees only 2, 5 sees only 3, which leads.
     */
    @Test
    void serversAtTheEdgeDoNotUnseatTheCore() {
        SimCluster cluster = cluster(5);
        SimNode three = cluster.awaitLeader();
        List<SimNode> rest = others(cluster, three);
        SimNode one = rest.get(0);
        SimNode two = rest.get(1);
        SimNode four = rest.get(2);
        SimNode five = rest.get(3);
        cluster.partition(List.of(four), List.of(one, three, five));
        cluster.partition(List.of(five), List.of(one, two, four));

        staysLeader(cluster, three, two);
    }

    private static void staysLeader(SimCluster cluster, SimNode leader, SimNode client) {
        long term = status(leader).term();
        // Nothing is written for a while: a cut-off server's log stays as good as any, and does not hold it back.
        cluster.run(ELECTION_TIMEOUT.multipliedBy(30));
        for (int i = 0; i < 30; i++) {
            cluster.await(client.propose(add(1)));
            cluster.run(ELECTION_TIMEOUT);
        }
        assertThat(status(leader).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.nodes()).allMatch(node -> status(node).term() == term);
        assertThat(number(cluster.await(leader.read(get())))).isEqualTo(30);
    }

    /** L08: what an isolated leader took has an unknown outcome, and neither it nor a read there is ever answered from the past. */
    @Test
    void anIsolatedLeaderAcknowledgesNothing() {
        SimCluster cluster = cluster(3);
        SimNode old = cluster.awaitLeader();
        cluster.isolate(old);
        CompletableFuture<ProposalResult> write = old.propose(add(1));
        CompletableFuture<ByteBuffer> read = old.read(get());

        SimNode next = null;
        while (next == null) {
            cluster.run(ELECTION_TIMEOUT);
            next = others(cluster, old).stream()
                    .filter(node -> status(node).role() == RaftRole.LEADER)
                    .findFirst()
                    .orElse(null);
        }
        cluster.await(next.propose(add(10)));

        assertThatThrownBy(() -> cluster.await(write))
                .isInstanceOfSatisfying(
                        RaftException.class, e -> assertThat(e.outcome()).isEqualTo(RaftException.Outcome.UNKNOWN));
        assertThatThrownBy(() -> cluster.await(read)).isInstanceOf(RaftException.class);
        cluster.heal();
        cluster.awaitConvergence();
        assertThat(number(cluster.await(old.read(get())))).isEqualTo(10);
    }

    /** Q07: a pause does not show in what the paused leader answers; the invariant on reads would say so. */
    @Test
    void aLeaderThatWasPausedServesNoStaleRead() {
        SimCluster cluster = cluster(3);
        SimNode old = cluster.awaitLeader();
        old.pause(ELECTION_TIMEOUT.multipliedBy(6));
        CompletableFuture<ByteBuffer> read = old.read(get());
        cluster.run(ELECTION_TIMEOUT.multipliedBy(4));
        SimNode next = cluster.awaitLeader();
        assertThat(next).isNotSameAs(old);
        cluster.await(next.propose(add(1)));

        cluster.runUntil("the paused leader's answer", ELECTION_TIMEOUT.multipliedBy(10), read::isDone);

        assertThat(cluster.leader()).contains(next);
    }
}
