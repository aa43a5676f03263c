package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.failureOf;
import static io.pecanraft.runtime.TestCluster.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.CommandTooLargeException;
import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStoppedException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.OperationTimeoutException;
import io.pecanraft.OverloadedException;
import io.pecanraft.ProposalOptions;
import io.pecanraft.ProposalResult;
import io.pecanraft.QueryFailedException;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftEvent;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RaftNodeTest {

    private static final ByteBuffer QUERY = ByteBuffer.allocate(0);

    @Test
    void aClusterOfOneElectsItselfAndAppliesCommands() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);

        CompletableFuture<ByteBuffer> first = node.propose(command("abc"));
        CompletableFuture<ProposalResult> second = node.propose(command("de"), ProposalOptions.defaults());
        cluster.time.settle();

        assertThat(number(first)).isEqualTo(3);
        assertThat(second.join().reply().getLong()).isEqualTo(5);
        assertThat(node.status().state()).isEqualTo(NodeStatus.State.RUNNING);
        assertThat(node.status().role()).isEqualTo(RaftRole.LEADER);
        assertThat(node.status().appliedIndex()).isEqualTo(second.join().index());

        CompletableFuture<ByteBuffer> read = node.read(QUERY, ReadConsistency.linearizable());
        cluster.time.settle();
        assertThat(number(read)).isEqualTo(5);
    }

    @Test
    void aClusterOfThreeReplicatesAndServesEveryNode() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        cluster.startAll(CONFIG);

        CompletableFuture<ByteBuffer> proposed = cluster.follower().propose(command("abc"));
        cluster.time.advanceMillis(500);
        assertThat(number(proposed)).isEqualTo(3);

        for (RaftNode node : cluster.nodes.values()) {
            CompletableFuture<ByteBuffer> read = node.read(QUERY, ReadConsistency.linearizable());
            cluster.time.advanceMillis(500);
            assertThat(number(read)).isEqualTo(3);
        }
        assertThat(cluster.network.peers.get(NodeId.of("n1")))
                .containsOnlyKeys(NodeId.of("n2"), NodeId.of("n3"))
                .containsEntry(NodeId.of("n2"), "n2:1");
    }

    @Test
    void commandsThatArriveTogetherShareATurnAndABatch() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);
        cluster.machines.get("n1").batches.clear();

        for (int i = 0; i < 100; i++) {
            node.propose(command("x"));
        }
        cluster.time.settle();

        assertThat(cluster.machines.get("n1").batches).containsExactly(100);
    }

    /** A13. */
    @Test
    void aRestartAppliesEveryCommittedCommandOnceMore() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);
        node.propose(command("abc"));
        node.propose(command("de"));
        cluster.time.settle();
        cluster.close(node);

        RaftNode again = cluster.startAll(CONFIG);
        CompletableFuture<ByteBuffer> reply = again.propose(command("f"));
        cluster.time.settle();

        assertThat(number(reply)).isEqualTo(6);
        assertThat(cluster.machines.get("n1").seen).hasSize(3).doesNotHaveDuplicates();
    }

    /** K18. */
    @Test
    void whatTheStateMachineHasMadeDurableIsNotAppliedAgain() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);
        CompletableFuture<ProposalResult> first = node.propose(command("abc"), ProposalOptions.defaults());
        node.propose(command("de"));
        cluster.time.settle();
        cluster.close(node);

        RaftNode again = cluster.build("n1", CONFIG);
        Counter machine = cluster.machines.get("n1");
        machine.durableIndex = first.join().index();
        machine.sum = 3;
        cluster.nodes.put("n1", again);
        again.start();
        cluster.awaitLeader();

        assertThat(machine.seen).containsExactly(first.join().index() + 1);
        assertThat(machine.sum).isEqualTo(5);
    }

    /** X07. */
    @Test
    void operationsBeforeTheStartAreRefusedAndChangeNothing() {
        RaftNode node = new TestCluster("n1").build("n1", CONFIG);

        assertThat(node.status().state()).isEqualTo(NodeStatus.State.NEW);
        assertThat(failureOf(node.propose(command("a"))))
                .isInstanceOf(NodeStoppedException.class)
                .extracting(RaftException::outcome)
                .isEqualTo(Outcome.NOT_DONE);
        assertThat(failureOf(node.read(QUERY, ReadConsistency.local()))).isInstanceOf(NodeStoppedException.class);
        assertThat(failureOf(node.takeSnapshot())).isInstanceOf(NodeStoppedException.class);
    }

    /** X07. */
    @Test
    void aSecondStartIsTheFirst() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.build("n1", CONFIG);

        CompletableFuture<Void> first = node.start();
        assertThat(node.start()).isSameAs(first);
        assertThat(node.status().state()).isEqualTo(NodeStatus.State.RECOVERING);
        assertThat(failureOf(node.propose(command("a")))).isInstanceOf(NotLeaderException.class);
        cluster.time.settle();
        assertThat(first).isCompleted();
    }

    /** A02: it is told at once, and not kept for a leader that may never come. */
    @Test
    void withoutALeaderACommandIsNotDone() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode node = cluster.start("n1", CONFIG);

        CompletableFuture<ByteBuffer> proposed = node.propose(command("a"));
        CompletableFuture<ByteBuffer> read = node.read(QUERY, ReadConsistency.linearizable());
        cluster.time.settle();

        assertThat(failureOf(proposed)).isInstanceOf(NotLeaderException.class);
        assertThat(failureOf(read)).isInstanceOf(NotLeaderException.class);
        assertThat(node.status().missingMembers()).containsExactly(NodeId.of("n2"), NodeId.of("n3"));
    }

    @Test
    void aCommandThatIsTooLargeIsRefusedWithBothNumbers() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG.toBuilder().maxCommandBytes(10).build());

        assertThat(failureOf(node.propose(ByteBuffer.allocate(11))))
                .isInstanceOf(CommandTooLargeException.class)
                .hasMessageContaining("11")
                .hasMessageContaining("10");
    }

    /** F04. */
    @Test
    void aLeaderThatCannotCommitRefusesMoreThanItsLimit() {
        RaftConfig config = CONFIG.toBuilder().maxUncommittedEntries(4).build();
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(config);
        cluster.isolate(leader);

        List<CompletableFuture<ByteBuffer>> proposed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            proposed.add(leader.propose(command("x")));
        }
        cluster.time.settle();

        assertThat(proposed.subList(0, 4)).noneMatch(CompletableFuture::isDone);
        assertThat(failureOf(proposed.get(4))).isInstanceOfSatisfying(OverloadedException.class, refused -> {
            assertThat(refused.limitName()).isEqualTo("maxUncommittedEntries");
            assertThat(refused.outcome()).isEqualTo(Outcome.NOT_DONE);
        });
    }

    /** A03, T09. */
    @Test
    void commandsOfALeaderThatIsCutOffEndWithUnknownOutcome() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.isolate(leader);

        CompletableFuture<ByteBuffer> proposed = leader.propose(command("abc"));
        cluster.time.advanceMillis(3_000);

        assertThat(failureOf(proposed))
                .isInstanceOf(io.pecanraft.LeadershipLostException.class)
                .extracting(RaftException::outcome)
                .isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aDeadlineHoldsWhileTheCommandWaitsForItsMajority() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.isolate(leader);

        CompletableFuture<ProposalResult> proposed =
                leader.propose(command("abc"), ProposalOptions.withTimeout(Duration.ofMillis(50)));
        cluster.time.advanceMillis(40);
        assertThat(proposed).isNotDone();
        cluster.time.advanceMillis(25);

        assertThat(failureOf(proposed)).isInstanceOfSatisfying(OperationTimeoutException.class, timeout -> {
            assertThat(timeout.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(timeout.limit()).isEqualTo(Duration.ofMillis(50));
        });
    }

    /** A callback hangs, and clients go on without waiting for their answers. */
    @Test
    void whoCannotBeToldMakesTheNextCallsBeRefused() {
        TestCluster cluster = new TestCluster("n1", "n2");
        cluster.useOwnCallbacks();
        int limit = 200;
        RaftNode alone =
                cluster.start("n1", CONFIG.toBuilder().mailboxCapacity(limit).build());
        cluster.time.settle();
        cluster.callbackExecutor.hold();
        List<CompletableFuture<ByteBuffer>> calls = new ArrayList<>();
        for (int i = 0; i < 3 * limit; i++) {
            calls.add(alone.propose(command("a")));
            cluster.time.settle();
        }
        assertThat(calls.stream().filter(CompletableFuture::isDone)).hasSize(2 * limit);
        assertThat(failureOf(calls.get(3 * limit - 1))).isInstanceOf(OverloadedException.class);

        cluster.callbackExecutor.release();
        cluster.time.settle();
        assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(failureOf(calls.get(0))).isNotInstanceOf(OverloadedException.class);
        CompletableFuture<ByteBuffer> later = alone.propose(command("a"));
        cluster.time.settle();
        assertThat(failureOf(later)).isNotInstanceOf(OverloadedException.class);
    }

    @Test
    void aDeadlineHoldsWhileTheCommandWaitsForTheStateMachine() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);
        cluster.useOwnCallbacks();
        cluster.close(node);
        node = cluster.startAll(CONFIG);
        cluster.applyExecutor.hold();

        CompletableFuture<ProposalResult> proposed =
                node.propose(command("abc"), ProposalOptions.withTimeout(Duration.ofMillis(50)));
        CompletableFuture<ByteBuffer> read = node.read(QUERY, ReadConsistency.linearizable());
        cluster.time.advanceMillis(100);
        assertThat(failureOf(proposed)).isInstanceOf(OperationTimeoutException.class);
        assertThat(read).isNotDone();
        cluster.time.advanceMillis(11_000);
        assertThat(failureOf(read))
                .isInstanceOf(OperationTimeoutException.class)
                .extracting(RaftException::outcome)
                .isEqualTo(Outcome.NOT_DONE);

        cluster.applyExecutor.release();
        cluster.time.settle();
        assertThat(cluster.machines.get("n1").sum).isEqualTo(3);
    }

    @Test
    void aFailedQueryFailsNothingElse() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);

        CompletableFuture<ByteBuffer> bad = node.read(command("bad"), ReadConsistency.local());
        CompletableFuture<ByteBuffer> good = node.read(QUERY, ReadConsistency.local());
        cluster.time.settle();

        assertThat(failureOf(bad)).isInstanceOf(QueryFailedException.class).hasRootCauseMessage("told to fail");
        assertThat(number(good)).isZero();
        assertThat(node.status().state()).isEqualTo(NodeStatus.State.RUNNING);
    }

    @Test
    void aLocalReadWaitsForTheIndexItNames() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);
        long next = node.status().lastIndex() + 1;

        CompletableFuture<ByteBuffer> read = node.read(QUERY, ReadConsistency.localNotBefore(next));
        cluster.time.settle();
        assertThat(read).isNotDone();
        node.propose(command("abc"));
        cluster.time.settle();
        assertThat(number(read)).isEqualTo(3);
    }

    @Test
    void readsBeyondTheLimitAreRefusedUntilOthersAreAnswered() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG.toBuilder().maxPendingReads(2).build());

        node.read(QUERY, ReadConsistency.local());
        node.read(QUERY, ReadConsistency.local());
        assertThat(failureOf(node.read(QUERY, ReadConsistency.local()))).isInstanceOf(OverloadedException.class);
        cluster.time.settle();
        CompletableFuture<ByteBuffer> later = node.read(QUERY, ReadConsistency.local());
        cluster.time.settle();
        assertThat(later).isCompleted();
    }

    /** A10. */
    @Test
    void aCallbackMayProposeAgain() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);

        CompletableFuture<ByteBuffer> second =
                node.propose(command("abc")).thenCompose(reply -> node.propose(command("de")));
        cluster.time.settle();
        assertThat(number(second)).isEqualTo(5);
    }

    /** X01, X02: while it slept its leader went on; a pause of its own is no reason to depose it. */
    @Test
    void aFollowerThatOversleptListensBeforeItCampaigns() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        List<RaftEvent> events = new ArrayList<>();
        follower.subscribe(events::add);

        // Suspended, with what was sent to it still in the socket.
        cluster.threadOf(follower).suspend();
        cluster.isolate(follower);
        cluster.time.advanceMillis(5_050);
        cluster.network.cutOff.clear();
        cluster.threadOf(follower).resume();
        cluster.time.settle();
        cluster.time.advanceMillis(5_000);

        assertThat(events).isEmpty();
        assertThat(follower.status().leader()).isEqualTo(leader.status().leader());
    }

    /** E28: a deadline that has passed is acted on only after everything that had arrived by then. */
    @Test
    void aHeartbeatAtTheEndOfALongQueueCountsBeforeTheTimeout() {
        for (int pauseMillis = 1_000; pauseMillis <= 2_100; pauseMillis += 50) {
            TestCluster cluster = new TestCluster("n1", "n2", "n3");
            RaftNode leader = cluster.startAll(CONFIG);
            RaftNode follower = cluster.follower();
            NodeId followerId = follower.status().identity().node();
            List<RaftEvent> events = new ArrayList<>();
            follower.subscribe(events::add);

            cluster.threadOf(follower).suspend();
            cluster.isolate(follower);
            cluster.time.advanceMillis(pauseMillis);
            cluster.network.cutOff.clear();
            for (int i = 0; i < 3_000; i++) {
                cluster.network.breakConnection(followerId, NodeId.of("n9"));
            }
            cluster.network.deliver(
                    leader.status().identity().node(),
                    followerId,
                    new RaftMessage.Heartbeat(leader.status().term(), 1, 1_000));
            cluster.threadOf(follower).resume();
            cluster.time.settle();

            assertThat(events).as("after %d ms", pauseMillis).isEmpty();
        }
    }

    @Test
    void nothingStaysPendingOnceItIsDone() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);
        cluster.metrics.applied = 0;
        for (int i = 0; i < 10; i++) {
            node.propose(command("x"));
            node.read(QUERY, ReadConsistency.linearizable());
        }
        cluster.time.advanceMillis(200);

        assertThat(cluster.metrics.pendingProposals).isZero();
        assertThat(cluster.metrics.pendingReads).isZero();
        assertThat(cluster.metrics.applying).isZero();
        assertThat(cluster.metrics.applied).isEqualTo(10);
        assertThat(cluster.metrics.committed).isEqualTo(node.status().commitIndex());
    }

    @Test
    void anIdleNodeKeepsFewTimersAndUsesNoneForHeartbeats() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        cluster.startAll(CONFIG);
        int before = cluster.time.scheduled;

        cluster.time.advanceMillis(10_000);

        // The leader wakes for each of its 100 rounds; a follower once an election timeout, not once a heartbeat.
        assertThat(cluster.time.scheduled - before).isBetween(100, 140);
    }
}
