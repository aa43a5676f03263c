package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.NodeStatus;
import io.pecanraft.OperationTimeoutException;
import io.pecanraft.ProposalOptions;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftEvent;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The node on its own threads, where the order of things is nobody's choice. */
@Timeout(60)
class RealThreadsTest {

    private static final RaftConfig CONFIG = RaftConfig.builder()
            .electionTimeout(Duration.ofMillis(500))
            .heartbeatInterval(Duration.ofMillis(50))
            .snapshotLogBytes(4_000)
            .retainedLogEntries(100)
            .build();

    private final ExecutorService disk = Executors.newSingleThreadExecutor();
    private final ExecutorService wire = Executors.newSingleThreadExecutor();
    private final MemoryNetwork network = new MemoryNetwork(wire);
    private final List<RaftNode> nodes = new ArrayList<>();
    private final CountDownLatch snapshotsOfAll = new CountDownLatch(3);

    @AfterEach
    void stop() {
        nodes.forEach(RaftNode::close);
        disk.shutdown();
        wire.shutdown();
    }

    @Test
    void everyCommandIsAppliedOnceInOneOrderAndEveryFutureCompletes() throws InterruptedException {
        startThree();
        int clients = 4;
        int commands = 1_000;
        AtomicInteger applied = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(clients * commands);
        for (int client = 0; client < clients; client++) {
            RaftNode node = nodes.get(client % nodes.size());
            Thread thread = new Thread(() -> {
                for (int i = 0; i < commands; i++) {
                    node.propose(TestCluster.command("x")).whenComplete((reply, failure) -> {
                        if (failure == null) {
                            applied.incrementAndGet();
                        } else if (((RaftException) failure).outcome() == Outcome.UNKNOWN) {
                            unknown.incrementAndGet();
                        }
                        done.countDown();
                    });
                }
            });
            thread.start();
        }
        done.await();
        assertThat(applied.get()).isPositive();
        Set<Long> sums = new TreeSet<>();
        for (RaftNode node : nodes) {
            sums.add(awaitRead(node).getLong());
        }
        // A busy machine may change its leader meanwhile; then, and only then, some outcomes are unknown.
        assertThat(sums)
                .singleElement(InstanceOfAssertFactories.LONG)
                .isBetween((long) applied.get(), (long) applied.get() + unknown.get());
        snapshotsOfAll.await();
    }

    /** A03. */
    @Test
    void closingUnderLoadLeavesNoFutureAndNoThreadBehind() throws InterruptedException {
        RaftNode leader = startThree();
        List<CompletableFuture<ByteBuffer>> proposed = new ArrayList<>();
        CountDownLatch warm = new CountDownLatch(200);
        Thread client = new Thread(() -> {
            for (int i = 0; i < 20_000; i++) {
                CompletableFuture<ByteBuffer> future = leader.propose(TestCluster.command("x"));
                synchronized (proposed) {
                    proposed.add(future);
                }
                warm.countDown();
            }
        });
        client.start();
        warm.await();
        leader.close();
        client.join();

        assertThat(proposed).allMatch(CompletableFuture::isDone);
        assertThat(leader.status().state()).isEqualTo(NodeStatus.State.CLOSED);
        Set<String> outcomes = new TreeSet<>();
        for (CompletableFuture<ByteBuffer> future : proposed) {
            try {
                future.join();
            } catch (CompletionException e) {
                RaftException failure = (RaftException) e.getCause();
                outcomes.add(failure.getClass().getSimpleName() + " " + failure.outcome());
            }
        }
        assertThat(outcomes).contains("NodeStoppedException " + Outcome.NOT_DONE);
        String prefix = "pecanraft-" + leader.status().identity().node() + "-";
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(prefix)) {
                thread.join(TimeUnit.SECONDS.toMillis(10));
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void closingFromACallbackDoesNotWaitForItself() {
        RaftNode leader = startThree();
        CompletableFuture<Void> closed =
                leader.propose(TestCluster.command("x")).thenAccept(reply -> leader.close());
        closed.join();
        leader.close();
        assertThat(leader.status().state()).isEqualTo(NodeStatus.State.CLOSED);
    }

    /** X03. Without a callback executor: results wait for the state machine, but nobody waits longer than he meant to. */
    @Test
    void aStateMachineThatHangsKeepsNobodyFromLearningThatHisTimeIsOver() {
        CountDownLatch hang = new CountDownLatch(1);
        CompletableFuture<Void> leads = new CompletableFuture<>();
        RaftNode node = RaftNode.builder()
                .storage(new MemoryStorage("n1", disk))
                .stateMachine(new HangingMachine(hang))
                .transport(network)
                .bootstrapMembers(List.of(new MemberAddress(NodeId.of("n1"), "n1:1")))
                .config(CONFIG)
                .build();
        nodes.add(node);
        node.subscribe(event -> {
            if (event instanceof RaftEvent.RoleChanged changed && changed.to() == RaftRole.LEADER) {
                leads.complete(null);
            }
        });
        node.start();
        leads.join();
        CompletableFuture<ProposalResult> late =
                node.propose(TestCluster.command("x"), ProposalOptions.withTimeout(Duration.ofMillis(50)));

        assertThatThrownBy(late::join).hasCauseInstanceOf(OperationTimeoutException.class);
        hang.countDown();
    }

    private RaftNode startThree() {
        List<MemberAddress> members = new ArrayList<>();
        for (String name : List.of("n1", "n2", "n3")) {
            members.add(new MemberAddress(NodeId.of(name), name + ":1"));
        }
        CompletableFuture<RaftNode> leader = new CompletableFuture<>();
        for (MemberAddress member : members) {
            RaftNode node = RaftNode.builder()
                    .storage(new MemoryStorage(member.node().value(), disk))
                    .stateMachine(new Counter())
                    .transport(network)
                    .bootstrapMembers(members)
                    .config(CONFIG)
                    .build();
            nodes.add(node);
            AtomicBoolean first = new AtomicBoolean(true);
            node.subscribe(event -> {
                if (event instanceof RaftEvent.SnapshotTaken && first.getAndSet(false)) {
                    snapshotsOfAll.countDown();
                }
                if (event instanceof RaftEvent.RoleChanged changed && changed.to() == RaftRole.LEADER) {
                    leader.complete(node);
                }
            });
        }
        nodes.forEach(RaftNode::start);
        RaftNode first = leader.join();
        // Every node can serve once it has answered a read, for which it must know the leader.
        nodes.forEach(RealThreadsTest::awaitRead);
        return first;
    }

    private static ByteBuffer awaitRead(RaftNode node) {
        Optional<ByteBuffer> answer = Optional.empty();
        while (answer.isEmpty()) {
            answer = node.read(ByteBuffer.allocate(0), ReadConsistency.linearizable())
                    .handle((bytes, failure) -> Optional.ofNullable(bytes))
                    .join();
        }
        return answer.get();
    }
}
