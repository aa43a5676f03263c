package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.LeadershipLostException;
import io.pecanraft.NodeStatus;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of a new server whose leader is lost before it may vote (thesis §4.2.1). */
class InterruptedPromotionTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A leader that is lost while it brings a new voter up to date takes the wish along: its caller is told so, and asks again. */
    @Test
    void aPromotionThatIsInterruptedByTheLossOfTheLeaderLeavesALearnerThatCanBePromoted() {
        SimCluster cluster = SimCluster.builder()
                .nodes(3)
                .spares(1)
                .stateMachine(node -> new Tally())
                .build();
        cluster.start();
        SimNode leader = cluster.awaitLeader();
        SimNode joiner = cluster.node(3);
        cluster.await(leader.propose(add(1)));
        cluster.network().drop(leader.number(), joiner.number(), message -> message.bulk());
        CompletableFuture<Membership> change =
                leader.changeMembership(MembershipChange.add(SimCluster.address(joiner.id())));
        cluster.runUntil("the joiner to be a learner", PATIENCE, () -> isLearnerEverywhere(cluster, joiner));

        cluster.isolate(leader);
        cluster.runUntil("the caller to be told", PATIENCE, change::isDone);
        assertThatThrownBy(change::join)
                .hasCauseInstanceOf(LeadershipLostException.class)
                .hasMessageContaining("ask again for what is missing");

        SimNode next = cluster.awaitLeader();
        assertThat(next).isNotEqualTo(leader);
        cluster.heal();
        cluster.awaitConvergence();
        cluster.run(Duration.ofMinutes(1));
        assertThat(isLearnerEverywhere(cluster, joiner)).isTrue();

        Membership promoted =
                cluster.await(cluster.awaitLeader().changeMembership(MembershipChange.promote(joiner.id())));
        assertThat(promoted.isVoter(joiner.disk().identity().memberId())).isTrue();
    }

    private static boolean isLearnerEverywhere(SimCluster cluster, SimNode joiner) {
        return cluster.nodes().stream()
                .limit(cluster.founders())
                .allMatch(node -> node.status().flatMap(NodeStatus::membership).stream()
                        .flatMap(membership -> membership.learners().stream())
                        .anyMatch(learner -> learner.node().equals(joiner.id())));
    }
}
