package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeFailedException;
import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStoppedException;
import io.pecanraft.RaftEvent;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How nodes end: closed, or by themselves. Every operation ends with them, and says whether it may have taken effect. */
class NodeEndTest {

    private static final ByteBuffer QUERY = ByteBuffer.allocate(0);

    private final TestCluster cluster = new TestCluster("n1", "n2", "n3");

    /** A03, X04. */
    @Test
    void closingEndsEveryOperationAndTellsWhetherItMayHaveTakenEffect() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        cluster.isolate(leader);
        CompletableFuture<ByteBuffer> appended = leader.propose(command("a"));
        CompletableFuture<ByteBuffer> unconfirmed = leader.read(QUERY, ReadConsistency.linearizable());
        CompletableFuture<ByteBuffer> forwarded = follower.propose(command("b"));
        cluster.time.settle();
        CompletableFuture<ByteBuffer> stillInTheMailbox = leader.propose(command("c"));

        leader.close();
        follower.close();
        cluster.time.settle();

        assertStopped(appended, Outcome.UNKNOWN);
        assertStopped(forwarded, Outcome.UNKNOWN);
        assertStopped(unconfirmed, Outcome.NOT_DONE);
        assertThat(stillInTheMailbox).isCompletedExceptionally();
        assertStopped(leader.propose(command("d")), Outcome.NOT_DONE);
        assertStopped(leader.read(QUERY, ReadConsistency.local()), Outcome.NOT_DONE);
        assertThat(leader.status().state()).isEqualTo(NodeStatus.State.CLOSED);
        assertThat(leader.status().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    void closingReleasesWhatTheNodeOwnsOnce() {
        RaftNode node = cluster.start("n1", CONFIG);
        cluster.close(node);
        cluster.close(node);

        assertThat(cluster.storages.get("n1").closed).isEqualTo(1);
        assertThat(cluster.machines.get("n1").closed).isEqualTo(1);
        assertThat(cluster.network.isRegistered(NodeId.of("n1"))).isFalse();
    }

    @Test
    void aNodeThatWasNeverStartedReleasesWhatItOwns() {
        RaftNode node = cluster.build("n1", CONFIG);
        node.close();

        assertThat(cluster.storages.get("n1").closed).isEqualTo(1);
        assertThat(cluster.machines.get("n1").closed).isEqualTo(1);
        assertThat(node.status().state()).isEqualTo(NodeStatus.State.CLOSED);
        assertThat(node.start()).isCompletedExceptionally();
    }

    @Test
    void closingDuringRecoveryStillReleases() {
        RaftNode node = cluster.build("n1", CONFIG);
        CompletableFuture<Void> started = node.start();
        cluster.close(node);

        assertThat(started).isCompletedExceptionally();
        assertThat(cluster.storages.get("n1").closed).isEqualTo(1);
        assertThat(cluster.machines.get("n1").closed).isEqualTo(1);
        assertThat(node.status().state()).isEqualTo(NodeStatus.State.CLOSED);
    }

    @Test
    void whenTheStateMachineHangsTheClosingThreadTellsTheCallers() {
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.applyExecutor.hold();
        CompletableFuture<ByteBuffer> proposed = leader.propose(command("a"));
        cluster.time.advanceMillis(200);

        leader.close();
        cluster.time.settle();
        assertThat(proposed).isNotDone();
        leader.close();

        assertStopped(proposed, Outcome.UNKNOWN);
    }

    /** A07. */
    @Test
    void aStateMachineThatThrowsStopsItsNodeAndNothingIsAppliedAfterwards() {
        RaftNode leader = cluster.startAll(CONFIG);
        List<RaftEvent> events = new ArrayList<>();
        leader.subscribe(events::add);
        long applied = leader.status().appliedIndex();
        Counter machine = cluster.machineOf(leader);

        CompletableFuture<ByteBuffer> failing = leader.propose(command("fail"));
        cluster.time.advanceMillis(200);
        CompletableFuture<ByteBuffer> later = leader.propose(command("abc"));
        cluster.time.advanceMillis(200);

        assertThat(failureOf(failing))
                .isInstanceOf(NodeFailedException.class)
                .hasRootCauseMessage("told to fail")
                .extracting(RaftException::outcome)
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(failureOf(later))
                .isInstanceOf(NodeFailedException.class)
                .extracting(RaftException::outcome)
                .isEqualTo(Outcome.NOT_DONE);
        assertThat(leader.status().state()).isEqualTo(NodeStatus.State.FAILED);
        assertThat(leader.status().failure().orElseThrow()).contains("told to fail");
        assertThat(leader.status().appliedIndex()).isEqualTo(applied);
        assertThat(machine.sum).isZero();
        assertThat(machine.closed).isEqualTo(1);
        assertThat(events).hasOnlyElementsOfType(RaftEvent.NodeFailed.class).hasSize(1);
    }

    /** A07: the batch after the failed one was already on its way. */
    @Test
    void nothingIsAppliedAfterABatchThatFailed() {
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.applyExecutor.hold();
        CompletableFuture<ByteBuffer> failing = leader.propose(command("fail"));
        cluster.time.advanceMillis(50);
        CompletableFuture<ByteBuffer> next = leader.propose(command("abc"));
        CompletableFuture<ByteBuffer> read = leader.read(QUERY, ReadConsistency.linearizable());
        cluster.time.advanceMillis(50);

        cluster.applyExecutor.release();
        cluster.time.settle();

        assertThat(cluster.machineOf(leader).sum).isZero();
        assertThat(failureOf(failing).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failureOf(next).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failureOf(read).outcome()).isEqualTo(Outcome.NOT_DONE);
    }

    /** X08. */
    @Test
    void anErrorOnTheRaftThreadStopsTheNode() {
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.network.throwOnSend = new OutOfMemoryError("for a test");
        CompletableFuture<ByteBuffer> proposed = leader.propose(command("abc"));
        List<CompletableFuture<ByteBuffer>> more = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            more.add(leader.propose(command("abc")));
        }
        cluster.time.settle();
        cluster.network.throwOnSend = null;
        cluster.time.settle();

        // Those that the turn had taken in, and those that waited for the next one.
        assertThat(more.stream().map(future -> failureOf(future).outcome()).distinct())
                .containsExactly(Outcome.UNKNOWN, Outcome.NOT_DONE);

        assertThat(leader.status().state()).isEqualTo(NodeStatus.State.FAILED);
        assertThat(failureOf(proposed)).isInstanceOf(NodeFailedException.class).hasRootCauseMessage("for a test");
        assertThat(cluster.storageOf(leader).closed).isEqualTo(1);
    }

    /** D04, R15. */
    @Test
    void aLogThatFailsStopsItsNode() {
        RaftNode leader = cluster.startAll(CONFIG);
        cluster.storageOf(leader).log.failNext = new StorageException(Reason.FAILED, "no more disk");
        CompletableFuture<ByteBuffer> proposed = leader.propose(command("a"));
        cluster.time.advanceMillis(100);

        assertThat(leader.status().state()).isEqualTo(NodeStatus.State.FAILED);
        assertThat(cluster.storageOf(leader).closed).isEqualTo(1);
        assertThat(failureOf(proposed)).isInstanceOf(NodeFailedException.class);
        // The index of the command that failed is given to no other: nothing more is taken.
        long lastIndex = leader.status().lastIndex();
        assertThat(failureOf(leader.propose(command("b"))))
                .isInstanceOf(NodeFailedException.class)
                .extracting(RaftException::outcome)
                .isEqualTo(Outcome.NOT_DONE);
        cluster.time.advanceMillis(100);
        assertThat(leader.status().lastIndex()).isEqualTo(lastIndex);
        cluster.nodes.values().remove(leader);
        assertThat(cluster.awaitLeader().status().state()).isEqualTo(NodeStatus.State.RUNNING);
    }

    @Test
    void aLogThatBeginsBeyondTheSnapshotIsRefused() {
        MemoryStorage storage = cluster.storages.get("n1");
        storage.log.base = new EntryId(3, 100);
        RaftNode node = cluster.build("n1", CONFIG);
        CompletableFuture<Void> started = node.start();
        cluster.time.settle();

        assertThat(failureOf(started))
                .isInstanceOf(NodeFailedException.class)
                .hasMessageContaining("100@3")
                .hasMessageContaining("there is no snapshot");
        assertThat(node.status().state()).isEqualTo(NodeStatus.State.FAILED);
        assertThat(storage.closed).isEqualTo(1);
    }

    /** D14. */
    @Test
    void aStateMachineAheadOfItsLogIsRefused() {
        RaftNode node = cluster.build("n1", CONFIG);
        cluster.machines.get("n1").durableIndex = 5;
        CompletableFuture<Void> started = node.start();
        cluster.time.settle();

        assertThat(failureOf(started)).isInstanceOf(NodeFailedException.class).hasMessageContaining("index 5");
    }

    private static void assertStopped(CompletableFuture<?> future, Outcome outcome) {
        assertThat(failureOf(future))
                .isInstanceOf(NodeStoppedException.class)
                .extracting(RaftException::outcome)
                .isEqualTo(outcome);
    }
}
