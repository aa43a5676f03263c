package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeFailedException;
import io.pecanraft.NodeStatus;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftEvent;
import io.pecanraft.RaftNode;
import io.pecanraft.SnapshotFailedException;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.SnapshotMeta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Snapshots of nodes: taken, sent, received, restored. */
class NodeSnapshotTest {

    private static final RaftConfig NO_TAIL =
            CONFIG.toBuilder().retainedLogEntries(0).snapshotChunkBytes(5).build();

    @Test
    void aSnapshotStandsForWhatWasAppliedWhenItWasTaken() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(NO_TAIL);
        List<RaftEvent> events = new ArrayList<>();
        node.subscribe(events::add);
        propose(cluster, node, "abc");
        long applied = node.status().appliedIndex();

        CompletableFuture<SnapshotMeta> taken = node.takeSnapshot();
        node.propose(command("later"));
        cluster.time.settle();

        assertThat(taken.join().lastIncludedIndex()).isEqualTo(applied);
        // The configuration of the entry that the first leader wrote, not the one of the formation.
        assertThat(taken.join().membership().logIndex()).isEqualTo(1);
        assertThat(node.status().snapshotIndex()).isEqualTo(applied);
        assertThat(node.status().firstIndex()).isEqualTo(applied + 1);
        assertThat(events).contains(new RaftEvent.SnapshotTaken(taken.join()));
        assertThat(cluster.machines.get("n1").viewsOpen).isZero();
    }

    @Test
    void aRestartContinuesFromTheSnapshotAndTheLogAfterIt() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(NO_TAIL);
        propose(cluster, node, "abc");
        node.takeSnapshot();
        cluster.time.settle();
        propose(cluster, node, "de");
        cluster.close(node);

        cluster.startAll(NO_TAIL);

        assertThat(cluster.machines.get("n1").sum).isEqualTo(5);
        assertThat(cluster.machines.get("n1").seen).hasSize(1);
    }

    /** S20. */
    @Test
    void enoughAppliedBytesTakeASnapshotAndOneAtATime() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node =
                cluster.startAll(NO_TAIL.toBuilder().snapshotLogBytes(1_500).build());
        propose(cluster, node, "x".repeat(900));
        assertThat(node.status().snapshotIndex()).isZero();
        cluster.snapshotExecutor.hold();
        propose(cluster, node, "x".repeat(600));
        long first = node.status().appliedIndex();
        propose(cluster, node, "x".repeat(1_500));
        assertThat(cluster.machines.get("n1").viewsOpen).isEqualTo(1);

        cluster.snapshotExecutor.release();
        cluster.time.settle();

        assertThat(node.status().snapshotIndex()).isEqualTo(first + 1);
        assertThat(cluster.machines.get("n1").viewsOpen).isZero();
    }

    /** Otherwise a million of them would fill the disk with records and headers. */
    @Test
    void commandsWithoutPayloadTakeASnapshotToo() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(NO_TAIL.toBuilder()
                .snapshotLogBytes(10 * LogEntry.OVERHEAD_BYTES)
                .build());
        for (int i = 0; i < 10; i++) {
            propose(cluster, node, "");
        }
        assertThat(node.status().snapshotIndex()).isPositive();
    }

    @Test
    void askingWhileOneIsTakenJoinsIt() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(NO_TAIL);
        propose(cluster, node, "abc");
        cluster.snapshotExecutor.hold();
        CompletableFuture<SnapshotMeta> first = node.takeSnapshot();
        cluster.time.settle();
        CompletableFuture<SnapshotMeta> second = node.takeSnapshot();
        cluster.time.settle();
        cluster.snapshotExecutor.release();
        cluster.time.settle();

        assertThat(second.join()).isEqualTo(first.join());
        assertThat(cluster.machines.get("n1").captured).isEqualTo(1);
    }

    /** S21, §7: "writing a snapshot can take a significant amount of time, and we do not want this to delay normal operations". */
    @Test
    void commandsAreAppliedWhileOneIsWritten() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(NO_TAIL);
        propose(cluster, node, "abc");
        long before = node.status().appliedIndex();
        cluster.snapshotExecutor.hold();
        CompletableFuture<SnapshotMeta> taken = node.takeSnapshot();
        propose(cluster, node, "def");

        assertThat(node.status().appliedIndex()).isGreaterThan(before);
        assertThat(taken).isNotDone();
        cluster.snapshotExecutor.release();
        cluster.time.settle();
        assertThat(taken.join().lastIncludedIndex()).isEqualTo(before);
    }

    @Test
    void whenNothingWasAppliedSinceTheNewestOneIsAsGood() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(NO_TAIL);
        propose(cluster, node, "abc");
        CompletableFuture<SnapshotMeta> first = node.takeSnapshot();
        cluster.time.settle();
        CompletableFuture<SnapshotMeta> second = node.takeSnapshot();
        cluster.time.settle();

        assertThat(second.join()).isEqualTo(first.join());
    }

    @Test
    void beforeAnythingIsAppliedThereIsNothingToTake() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode node = cluster.start("n1", CONFIG);
        CompletableFuture<SnapshotMeta> taken = node.takeSnapshot();
        cluster.time.settle();

        assertThat(failureOf(taken)).isInstanceOf(SnapshotFailedException.class).hasMessageContaining("nothing");
    }

    @Test
    void aSnapshotThatCannotBeWrittenHarmsNothing() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(NO_TAIL);
        propose(cluster, node, "abc");
        cluster.storages.get("n1").snapshots.failBegin = new IOException("disk full");
        CompletableFuture<SnapshotMeta> taken = node.takeSnapshot();
        cluster.time.settle();

        assertThat(failureOf(taken)).isInstanceOf(SnapshotFailedException.class).hasMessageContaining("disk full");
        assertThat(cluster.machines.get("n1").viewsOpen).isZero();
        cluster.storages.get("n1").snapshots.failBegin = null;
        CompletableFuture<SnapshotMeta> again = node.takeSnapshot();
        cluster.time.settle();
        assertThat(again).isCompleted();
    }

    @Test
    void aStateMachineThatCannotFreezeItsStateGoesOn() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(NO_TAIL);
        propose(cluster, node, "abc");
        cluster.machines.get("n1").failCapture = true;
        CompletableFuture<SnapshotMeta> taken = node.takeSnapshot();
        cluster.time.settle();
        assertThat(failureOf(taken)).isInstanceOf(SnapshotFailedException.class).hasRootCauseMessage("told to fail");

        cluster.machines.get("n1").failCapture = false;
        cluster.machines.get("n1").failClose = true;
        CompletableFuture<SnapshotMeta> again = node.takeSnapshot();
        cluster.time.settle();
        assertThat(again).isCompletedWithValueMatching(meta -> meta.lastIncludedIndex() > 0);
        assertThat(node.status().state()).isEqualTo(NodeStatus.State.RUNNING);
    }

    /** S11, S12. */
    @Test
    void aFollowerThatMissedTooMuchGetsASnapshotInChunksAndGoesOn() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(NO_TAIL);
        RaftNode follower = cluster.follower();
        NodeId followerId = follower.status().identity().node();
        List<RaftEvent> events = new ArrayList<>();
        follower.subscribe(events::add);
        cluster.isolate(follower);
        propose(cluster, leader, "abc");
        propose(cluster, leader, "de");
        CompletableFuture<SnapshotMeta> taken = leader.takeSnapshot();
        cluster.time.advanceMillis(100);
        propose(cluster, leader, "f");

        cluster.network.cutOff.remove(followerId);
        cluster.time.advanceMillis(5_000);

        assertThat(events).contains(new RaftEvent.SnapshotInstalled(taken.join()));
        assertThat(cluster.machineOf(follower).sum).isEqualTo(6);
        assertThat(cluster.machineOf(follower).seen).hasSize(1);
        assertThat(follower.status().appliedIndex()).isEqualTo(leader.status().appliedIndex());
        assertThat(follower.status().snapshotIndex()).isEqualTo(taken.join().lastIncludedIndex());
    }

    /** K21: the log of a server was cut, and what its state machine has by itself is more than the leader's snapshot. */
    @Test
    void aStateMachineThatIsBeyondALeadersSnapshotByItselfIsNotPutBackToIt() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(NO_TAIL);
        RaftNode follower = cluster.follower();
        String name = follower.status().identity().node().value();
        propose(cluster, leader, "abc");
        CompletableFuture<SnapshotMeta> taken = leader.takeSnapshot();
        propose(cluster, leader, "de");
        long applied = follower.status().appliedIndex();
        assertThat(applied).isGreaterThan(taken.join().lastIncludedIndex());
        cluster.close(follower);
        losesItsLog(cluster.storages.get(name).log);

        RaftNode again = startWith(cluster, name, 5, applied);
        cluster.time.advanceMillis(5_000);
        propose(cluster, leader, "f");

        assertThat(again.status().snapshotIndex()).isEqualTo(taken.join().lastIncludedIndex());
        assertThat(cluster.storages.get(name).log.repair.repairing()).isFalse();
        assertThat(cluster.machineOf(leader).sum).isEqualTo(6);
        assertThat(cluster.machineOf(again).sum).isEqualTo(6);
    }

    /** K22: it would stand for less than what is in it, and who restores it would apply the rest a second time. */
    @Test
    void noSnapshotIsTakenWhileTheStateMachineIsAheadOfTheLog() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        String name = follower.status().identity().node().value();
        propose(cluster, leader, "abc");
        long applied = follower.status().appliedIndex();
        cluster.close(follower);
        losesItsLog(cluster.storages.get(name).log);

        RaftNode again = startWith(cluster, name, 5, applied + 1);
        cluster.time.advanceMillis(5_000);
        assertThat(again.status().appliedIndex()).isEqualTo(applied);
        CompletableFuture<SnapshotMeta> early = again.takeSnapshot();
        cluster.time.settle();
        assertThat(failureOf(early))
                .isInstanceOf(SnapshotFailedException.class)
                .hasMessageContaining("up to index " + (applied + 1));

        propose(cluster, leader, "de");
        CompletableFuture<SnapshotMeta> later = again.takeSnapshot();
        cluster.time.settle();
        assertThat(later.join().lastIncludedIndex()).isEqualTo(applied + 1);
    }

    private static void losesItsLog(MemoryStorage.MemoryLog log) {
        log.repair =
                log.repair.lost(Optional.of(log.entries.lastEntry().getValue().id()));
        log.base = EntryId.ZERO;
        log.entries.clear();
    }

    /** Starts a server whose state machine has kept its state by itself. */
    private static RaftNode startWith(TestCluster cluster, String name, long sum, long durableIndex) {
        RaftNode node = cluster.build(name, NO_TAIL);
        Counter machine = cluster.machines.get(name);
        machine.sum = sum;
        machine.durableIndex = durableIndex;
        cluster.nodes.put(name, node);
        node.start();
        cluster.time.settle();
        return node;
    }

    /** What the store holds as its newest must be what the protocol offers to others, even when it was not needed here. */
    @Test
    void aReceivedSnapshotThatIsNotNeededAnyMoreIsStillTheNewest() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        NodeId followerId = follower.status().identity().node();
        NodeId leaderId = leader.status().identity().node();
        cluster.isolate(follower);
        propose(cluster, leader, "abc");
        CompletableFuture<SnapshotMeta> taken = leader.takeSnapshot();
        cluster.time.settle();
        cluster.network.cutOff.remove(followerId);
        ByteBuffer data = cluster.storageOf(leader).snapshots.data();
        cluster.threadOf(follower).suspend();
        cluster.network.deliver(
                leaderId,
                followerId,
                new RaftMessage.InstallSnapshot(leader.status().term(), taken.join(), 0, data));
        cluster.snapshotExecutor.hold();
        cluster.threadOf(follower).resume();
        cluster.time.advanceMillis(500);
        assertThat(follower.status().commitIndex()).isEqualTo(leader.status().commitIndex());
        assertThat(follower.status().snapshotIndex()).isZero();

        cluster.snapshotExecutor.release();
        cluster.time.settle();

        assertThat(follower.status().snapshotIndex()).isEqualTo(taken.join().lastIncludedIndex());
        assertThat(cluster.machineOf(follower).seen).hasSize(1);
    }

    /** S16. */
    @Test
    void aDamagedSnapshotIsRefusedAtTheStartEvenIfTheStateMachineDoesNotNotice() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(NO_TAIL);
        propose(cluster, node, "abc");
        node.takeSnapshot();
        cluster.time.settle();
        cluster.close(node);
        cluster.storages.get("n1").snapshots.damageLastByte();

        RaftNode again = cluster.build("n1", NO_TAIL);
        CompletableFuture<Void> started = again.start();
        cluster.time.settle();

        assertThat(failureOf(started)).isInstanceOf(NodeFailedException.class).hasMessageContaining("checksum");
    }

    private static void propose(TestCluster cluster, RaftNode node, String text) {
        CompletableFuture<?> proposed = node.propose(command(text));
        cluster.time.advanceMillis(500);
        assertThat(proposed).isCompleted();
    }
}
