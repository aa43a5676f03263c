package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.ProposalResult;
import io.pecanraft.RaftException;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that only learn (thesis §4.2.1) read for clients like any other, and decide nothing. */
class LearnersTest {

    private static final int LEARNER = 3;

    private final SimCluster cluster = SimCluster.builder()
            .nodes(3)
            .spares(1)
            .seed(11)
            .stateMachine(node -> new Tally())
            .build();
    private final SimNode learner = cluster.node(LEARNER);

    @BeforeEach
    void addLearner() {
        cluster.start();
        SimNode leader = cluster.awaitLeader();
        cluster.await(leader.changeMembership(MembershipChange.addLearner(SimCluster.address(learner.id()))));
    }

    private void cutOffLearner() {
        for (int other = 0; other < LEARNER; other++) {
            cluster.network().cut(other, LEARNER);
            cluster.network().cut(LEARNER, other);
        }
    }

    @Test
    void aLearnerReadsWhatWasAcknowledgedElsewhere() {
        SimNode leader = cluster.awaitLeader();
        for (int sum = 1; sum <= 20; sum++) {
            cluster.await(leader.propose(add(1)));
            assertThat(number(cluster.await(learner.read(get())))).isEqualTo(sum);
        }
    }

    @Test
    void aLearnerForwardsCommandsAndReadsItsOwnWrites() {
        ProposalResult result = cluster.await(learner.propose(add(5)));
        CompletableFuture<ByteBuffer> local =
                learner.read(get(), ReadConsistency.localNotBefore(result.index()), (index, answer) -> {});
        assertThat(number(cluster.await(local))).isEqualTo(5);
    }

    @Test
    void aLearnerThatIsCutOffReadsOnlyWhatPromisesNothing() {
        cluster.await(learner.propose(add(5)));
        cluster.awaitConvergence();
        cutOffLearner();
        cluster.await(cluster.awaitLeader().propose(add(1)));
        CompletableFuture<ByteBuffer> linearizable = learner.read(get());
        CompletableFuture<ByteBuffer> local = learner.read(get(), ReadConsistency.local(), (index, answer) -> {});
        cluster.runUntil("an answer, or none in time", Duration.ofMinutes(1), linearizable::isDone);
        assertThat(linearizable.handle((answer, failure) -> cause(failure)).join())
                .isInstanceOfSatisfying(
                        RaftException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(RaftException.Outcome.NOT_DONE));
        assertThat(number(cluster.await(local))).isEqualTo(5);
    }

    @Test
    void aLearnerIsNoMajority() {
        SimNode leader = cluster.awaitLeader();
        cluster.nodes().stream()
                .filter(node -> node != leader && node != learner)
                .forEach(node -> node.crash(SimNode.Crash.PROCESS));
        CompletableFuture<ProposalResult> proposal = leader.propose(add(1));
        cluster.runUntil("an answer", Duration.ofMinutes(1), proposal::isDone);
        assertThat(proposal).isCompletedExceptionally();
        assertThat(cluster.leader()).isEmpty();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }
}
