package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStoppedException;
import io.pecanraft.ProposalOptions;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.spi.Transport;
import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.NettyTransportConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 10,000 proposals of one node wait at once, on three nodes of this process with real threads, sockets and disks: no thread is
 * made for any of them, and every future completes.
 */
class OutstandingProposalsTest {

    private static final int PROPOSALS = 10_000;
    private static final int NODES = 3;
    private static final ProposalOptions PATIENT = ProposalOptions.withTimeout(Duration.ofMinutes(2));

    @TempDir
    Path directory;

    private final CountDownLatch applying = new CountDownLatch(1);
    private final CountDownLatch mayApply = new CountDownLatch(1);
    private final List<Transport> transports = new ArrayList<>();
    private final List<RaftNode> nodes = new ArrayList<>();

    @BeforeEach
    void start() {
        List<Integer> ports = Program.unusedPorts(NODES);
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            addresses.add(ProcessCluster.name(i) + "=127.0.0.1:" + ports.get(i));
        }
        MemberList members = MemberList.parse(String.join(",", addresses));
        for (int i = 0; i < NODES; i++) {
            Transport transport = NettyTransport.open(NettyTransportConfig.builder()
                    .listen("127.0.0.1", ports.get(i))
                    .build());
            transports.add(transport);
            nodes.add(RaftNode.builder()
                    .stateMachine(new Gate())
                    .storage(ChronicleStorage.open(
                            directory.resolve(ProcessCluster.name(i)),
                            ClusterId.fromBootstrap(members.members()),
                            GroupId.DEFAULT,
                            NodeId.of(ProcessCluster.name(i)),
                            ChronicleStorageConfig.builder()
                                    .segmentBytes(4 << 20)
                                    .freeSpaceReserveBytes(0)
                                    .build()))
                    .transport(transport)
                    .bootstrapMembers(members.members())
                    .config(RaftConfig.builder()
                            .electionTimeout(Duration.ofSeconds(3))
                            .build())
                    .build());
        }
        nodes.forEach(RaftNode::start);
    }

    @AfterEach
    void stop() {
        mayApply.countDown();
        nodes.forEach(RaftNode::close);
        transports.forEach(Transport::close);
    }

    @Test
    void needNoThreadsAndAllComplete() throws InterruptedException {
        RaftNode leader = leader();
        Set<Thread> before = threads();
        List<CompletableFuture<ProposalResult>> futures = propose(leader);
        assertThat(applying.await(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(ProcessCluster.PATIENCE).until(() -> leader.status().commitIndex() > PROPOSALS);
        assertThat(futures).noneMatch(CompletableFuture::isDone);
        Set<Thread> during = threads();
        Program.report(
                "%d proposals of one node wait: %d threads of three nodes and the test, %d before",
                PROPOSALS, during.size(), before.size());
        assertThat(before).containsAll(during);

        mayApply.countDown();
        Set<Long> indexes = new HashSet<>();
        for (int i = 0; i < PROPOSALS; i++) {
            ProposalResult result =
                    futures.get(i).orTimeout(60, TimeUnit.SECONDS).join();
            assertThat(result.reply().getInt()).isEqualTo(i);
            indexes.add(result.index());
        }
        assertThat(indexes).hasSize(PROPOSALS);
    }

    @Test
    void allCompleteWhenTheNodeIsClosed() throws InterruptedException {
        RaftNode leader = leader();
        List<CompletableFuture<ProposalResult>> futures = propose(leader);
        assertThat(applying.await(30, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(leader::close, "closer");
        closer.start();
        await().atMost(ProcessCluster.PATIENCE).until(() -> leader.status().state() == NodeStatus.State.CLOSED);
        mayApply.countDown();
        closer.join();

        int applied = 0;
        for (CompletableFuture<ProposalResult> future : futures) {
            assertThat(future).as("when close() has returned").isDone();
            if (!future.isCompletedExceptionally()) {
                applied++;
            } else {
                Throwable failure = failure(future);
                assertThat(failure).isInstanceOf(NodeStoppedException.class);
                assertThat(((NodeStoppedException) failure).outcome()).isIn(Outcome.UNKNOWN, Outcome.NOT_DONE);
            }
        }
        Program.report("closed with %d proposals waiting: %d were applied, the others told", PROPOSALS, applied);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        try {
            future.join();
            throw new AssertionError("did not fail");
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    private static List<CompletableFuture<ProposalResult>> propose(RaftNode node) {
        List<CompletableFuture<ProposalResult>> futures = new ArrayList<>();
        for (int i = 0; i < PROPOSALS; i++) {
            futures.add(node.propose(ByteBuffer.allocate(4).putInt(0, i), PATIENT));
        }
        return futures;
    }

    /** Waits until one leads and all follow, so that all connections and their threads are there. */
    private RaftNode leader() {
        return await().atMost(ProcessCluster.PATIENCE)
                .until(
                        () -> nodes.stream()
                                .filter(node -> node.status().role() == RaftRole.LEADER
                                        && node.status().followers().stream()
                                                .allMatch(follower -> follower.matchIndex() > 0))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** The threads of this process, without those in which this test waits. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("awaitility"))
                .collect(Collectors.toSet());
    }

    /** Applies nothing until it may; replies with the command itself. */
    private final class Gate implements StateMachine {

        @Override
        public void apply(CommandBatch batch) {
            applying.countDown();
            try {
                mayApply.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            for (Command command : batch) {
                ByteBuffer payload = command.payload();
                command.reply(
                        ByteBuffer.allocate(payload.remaining()).put(payload).flip());
            }
        }

        @Override
        public ByteBuffer query(ByteBuffer query) {
            return ByteBuffer.allocate(0);
        }

        @Override
        public SnapshotView captureSnapshot() {
            return out -> {};
        }

        @Override
        public void restore(SnapshotSource source) {}
    }
}
