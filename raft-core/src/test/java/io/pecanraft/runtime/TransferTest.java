package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.failureOf;
import static io.pecanraft.runtime.TestCluster.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.LeadershipTransferFailedException;
import io.pecanraft.LeadershipTransferFailedException.Reason;
import io.pecanraft.LeadershipTransferringException;
import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStoppedException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Handing leadership over, as callers see it (thesis §3.10). */
class TransferTest {

    private static final ByteBuffer QUERY = ByteBuffer.allocate(0);
    private static final long ELECTION_TIMEOUT_MILLIS = 1_000;

    private final TestCluster cluster = new TestCluster("n1", "n2", "n3");

    private static NodeId id(RaftNode node) {
        return node.status().identity().node();
    }

    private List<RaftNode> others(RaftNode node) {
        return cluster.nodes.values().stream().filter(other -> other != node).toList();
    }

    @Test
    void theFutureCompletesOnceTheOldLeaderFollowsTheTarget() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode target = others(leader).get(1);
        CompletableFuture<NodeId> transfer = leader.transferLeadership(id(target));
        cluster.time.settle();
        assertThat(transfer).isCompletedWithValue(id(target));
        assertThat(target.status().role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.status().leader()).contains(id(target));
    }

    @Test
    void withoutATargetTheBestServerIsChosen() {
        RaftNode leader = cluster.startAll(CONFIG);
        CompletableFuture<NodeId> transfer = leader.transferLeadership();
        cluster.time.settle();
        assertThat(transfer).isCompleted();
        assertThat(transfer.join()).isNotEqualTo(id(leader));
    }

    /** T03. */
    @Test
    void whatCannotBeATargetIsRefusedWithTheReason() {
        RaftNode leader = cluster.startAll(CONFIG);
        CompletableFuture<NodeId> unknown = leader.transferLeadership(NodeId.of("n9"));
        CompletableFuture<NodeId> atAFollower = cluster.follower().transferLeadership(id(leader));
        CompletableFuture<NodeId> itself = leader.transferLeadership(id(leader));
        cluster.time.settle();
        assertFailed(unknown, Reason.UNKNOWN_MEMBER, Outcome.NOT_DONE);
        assertThat(failureOf(atAFollower))
                .isInstanceOfSatisfying(
                        NotLeaderException.class,
                        e -> assertThat(e.leaderHint()).contains(id(leader)));
        assertThat(itself).isCompletedWithValue(id(leader));
    }

    /** T07. */
    @Test
    void aSecondCallJoinsOrIsRefused() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode target = others(leader).get(0);
        cluster.isolate(target);
        CompletableFuture<NodeId> first = leader.transferLeadership(id(target));
        CompletableFuture<NodeId> same = leader.transferLeadership(id(target));
        CompletableFuture<NodeId> another =
                leader.transferLeadership(id(others(leader).get(1)));
        cluster.time.settle();
        assertFailed(another, Reason.ANOTHER_TRANSFER, Outcome.NOT_DONE);
        cluster.time.advanceMillis(ELECTION_TIMEOUT_MILLIS + 10);
        // It was asked, since it had everything when it was cut off, and may still have heard that.
        assertFailed(first, Reason.TIMED_OUT, Outcome.UNKNOWN);
        assertFailed(same, Reason.TIMED_OUT, Outcome.UNKNOWN);
    }

    /** T01, T02, T09: nothing was done with what waits, so it goes on as if it had just come. */
    @Test
    void proposalsWaitAndGoOnAtTheOldLeaderWhenTheTransferIsGivenUp() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode target = others(leader).get(0);
        cluster.isolate(target);
        leader.transferLeadership(id(target));
        CompletableFuture<ByteBuffer> waiting = leader.propose(command("a"));
        cluster.time.advanceMillis(ELECTION_TIMEOUT_MILLIS / 2);
        assertThat(waiting).isNotDone();
        CompletableFuture<ByteBuffer> read = leader.read(QUERY, ReadConsistency.linearizable());
        cluster.time.settle();
        assertThat(read).isCompleted();
        cluster.time.advanceMillis(ELECTION_TIMEOUT_MILLIS / 2 + 10);
        assertThat(waiting).isCompleted();
    }

    @Test
    void proposalsThatWaitedAreForwardedToTheNewLeaderOnce() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode target = others(leader).get(0);
        CompletableFuture<NodeId> transfer = leader.transferLeadership(id(target));
        CompletableFuture<ByteBuffer> waiting = leader.propose(command("a"));
        cluster.time.settle();
        assertThat(transfer).isCompleted();
        assertThat(waiting).isCompleted();
        CompletableFuture<ByteBuffer> read = target.read(QUERY, ReadConsistency.linearizable());
        cluster.time.settle();
        assertThat(number(read)).isEqualTo(1);
    }

    @Test
    void proposalsAreRefusedWhenTheyAreNotToWait() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().holdDuringTransfer(false).build());
        RaftNode target = others(leader).get(0);
        cluster.isolate(target);
        leader.transferLeadership(id(target));
        CompletableFuture<ByteBuffer> refused = leader.propose(command("a"));
        cluster.time.settle();
        assertThat(failureOf(refused)).isInstanceOfSatisfying(LeadershipTransferringException.class, e -> {
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_DONE);
            assertThat(e.target()).contains(id(target));
        });
    }

    /** Waiting is bounded like everything that waits. */
    @Test
    void noMoreProposalsWaitThanMayBeUncommitted() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().maxUncommittedEntries(2).build());
        cluster.isolate(others(leader).get(0));
        leader.transferLeadership(id(others(leader).get(0)));
        CompletableFuture<ByteBuffer> first = leader.propose(command("a"));
        CompletableFuture<ByteBuffer> second = leader.propose(command("b"));
        CompletableFuture<ByteBuffer> third = leader.propose(command("c"));
        cluster.time.settle();
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        assertThat(failureOf(third)).isInstanceOf(LeadershipTransferringException.class);
    }

    /** A deadline holds also while a proposal waits, and then nothing was done. */
    @Test
    void aProposalThatWaitsTooLongIsCertainlyNotDone() {
        RaftNode leader = cluster.startAll(
                CONFIG.toBuilder().proposalTimeout(Duration.ofMillis(300)).build());
        cluster.isolate(others(leader).get(0));
        leader.transferLeadership(id(others(leader).get(0)));
        CompletableFuture<ByteBuffer> waiting = leader.propose(command("a"));
        cluster.time.advanceMillis(400);
        assertThat(failureOf(waiting)).extracting(RaftException::outcome).isEqualTo(Outcome.NOT_DONE);
        cluster.time.advanceMillis(2_000);
        CompletableFuture<ByteBuffer> read = leader.read(QUERY, ReadConsistency.linearizable());
        cluster.time.settle();
        assertThat(number(read)).isZero();
    }

    /** What another server forwarded is answered too: it goes on here, or comes back as not done. */
    @Test
    void aForwardedProposalWaitsLikeAnyOther() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode target = others(leader).get(0);
        RaftNode third = others(leader).get(1);
        cluster.isolate(target);
        leader.transferLeadership(id(target));
        cluster.time.settle();
        CompletableFuture<ByteBuffer> forwarded = third.propose(command("a"));
        cluster.time.advanceMillis(ELECTION_TIMEOUT_MILLIS / 2);
        assertThat(forwarded).isNotDone();
        cluster.time.advanceMillis(ELECTION_TIMEOUT_MILLIS / 2 + 10);
        assertThat(forwarded).isCompleted();
    }

    // ---- closing

    private static final RaftConfig PATIENT = RaftConfig.builder()
            .closeTimeout(Duration.ofSeconds(2))
            .snapshotLogBytes(0)
            .build();

    @Test
    void aLeaderThatClosesHandsOverFirst() {
        cluster.useOwnCallbacks();
        RaftNode leader = cluster.startAll(PATIENT);
        long term = leader.status().term();
        CompletableFuture<ByteBuffer> proposed = leader.propose(command("a"));
        closeFromACallback(leader);
        cluster.time.settle();
        assertThat(proposed).isCompleted();
        assertThat(leader.status().state()).isEqualTo(NodeStatus.State.CLOSED);
        assertThat(others(leader))
                .anyMatch(node ->
                        node.status().role() == RaftRole.LEADER && node.status().term() == term + 1);
    }

    @Test
    void aLeaderThatClosesTakesNothingNewMeanwhile() {
        cluster.useOwnCallbacks();
        RaftNode leader = cluster.startAll(PATIENT);
        others(leader).forEach(cluster::isolate);
        closeFromACallback(leader);
        cluster.time.settle();
        assertThat(leader.status().state()).isEqualTo(NodeStatus.State.RUNNING);
        assertThat(failureOf(leader.propose(command("a"))))
                .isInstanceOfSatisfying(
                        NodeStoppedException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_DONE));
        cluster.time.advanceMillis(ELECTION_TIMEOUT_MILLIS + 10);
        assertThat(leader.status().state()).isEqualTo(NodeStatus.State.CLOSED);
    }

    @Test
    void aFollowerClosesAtOnce() {
        cluster.useOwnCallbacks();
        cluster.startAll(PATIENT);
        RaftNode follower = cluster.follower();
        closeFromACallback(follower);
        cluster.time.settle();
        assertThat(follower.status().state()).isEqualTo(NodeStatus.State.CLOSED);
    }

    /** In a callback of its own a node does not wait for itself, so that the test's one thread can go on. */
    private void closeFromACallback(RaftNode node) {
        node.read(QUERY, ReadConsistency.local()).thenRun(node::close);
    }

    private static void assertFailed(CompletableFuture<?> future, Reason reason, Outcome outcome) {
        assertThat(failureOf(future)).isInstanceOfSatisfying(LeadershipTransferFailedException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e.outcome()).isEqualTo(outcome);
        });
    }
}
