package io.pecanraft.examples.counter;

import static io.pecanraft.examples.counter.Counters.add;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.NodeStatus;
import io.pecanraft.NodeThreads;
import io.pecanraft.RaftNode;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.log.chronicle.LogWriterThread;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.NettyTransportConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * K16: ten groups on three servers, each of which has one transport, one writer of logs, one raft thread and two work threads for all
 * of them, on real disks and sockets.
 */
class ManyGroupsTest {

    private static final int GROUPS = 10;
    private static final int BROKEN = 3;
    private static final int WORK_THREADS = 2;
    /** Each log lays out two of them. */
    private static final long SEGMENT_BYTES = 1 << 20;

    @TempDir
    Path directory;

    /** One of three servers, as a process of its own would have it. */
    private final class Server implements AutoCloseable {

        private final NettyTransport transport;
        private final LogWriterThread writer;
        private final NodeThreads threads;
        private final List<RaftNode> groups = new ArrayList<>();

        // tag::quickstart
        Server(MemberAddress self, List<MemberAddress> members, boolean oneBreaks) {
            String name = self.node().value();
            transport = NettyTransport.open(NettyTransportConfig.builder()
                    .listen("127.0.0.1", Counters.port(self))
                    .build());
            writer = LogWriterThread.named(name);
            threads = RaftNode.sharedThreads(name, 1, WORK_THREADS);
            for (int group = 0; group < GROUPS; group++) {
                RaftNode node = RaftNode.builder()
                        .stateMachine(oneBreaks && group == BROKEN ? new Breaking() : new Counter())
                        .storage(ChronicleStorage.open(
                                directory.resolve(name).resolve("group-" + group),
                                ClusterId.fromBootstrap(members),
                                new GroupId(group),
                                self.node(),
                                ChronicleStorageConfig.builder()
                                        .segmentBytes(SEGMENT_BYTES)
                                        .build(),
                                writer))
                        .transport(transport)
                        .bootstrapMembers(members)
                        .threads(threads)
                        .build();
                groups.add(node);
                node.start();
            }
        }

        /** Nodes first, then what they share. */
        @Override
        public void close() {
            groups.forEach(RaftNode::close);
            threads.close();
            writer.close();
            transport.close();
        }
        // end::quickstart
    }

    private final class Servers implements AutoCloseable {

        private final List<Server> servers = new ArrayList<>();

        Servers(List<MemberAddress> members, boolean oneBreaks) {
            members.forEach(member -> servers.add(new Server(member, members, oneBreaks)));
        }

        RaftNode node(int server, int group) {
            return servers.get(server % servers.size()).groups.get(group);
        }

        void expectSums(long perGroup) {
            for (int group = 0; group < GROUPS; group++) {
                for (int server = 0; server < 3; server++) {
                    ByteBuffer sum = node(server, group)
                            .read(ByteBuffer.allocate(0), ReadConsistency.linearizable())
                            .join();
                    assertThat(sum.getLong(0))
                            .as("group %d on server %d", group, server)
                            .isEqualTo(group * perGroup);
                }
            }
        }

        @Override
        public void close() {
            servers.forEach(Server::close);
        }
    }

    @Test
    void tenGroupsCountApartAndComeBackApart() throws IOException {
        List<MemberAddress> members = Counters.members(3);
        try (Servers servers = new Servers(members, false)) {
            addToAll(servers, 3);
            servers.expectSums(3);
            assertThat(threadsOf(members)).isLessThanOrEqualTo(3 * (1 + WORK_THREADS));
        }
        try (Servers servers = new Servers(members, false)) {
            addToAll(servers, 1);
            servers.expectSums(4);
        }
    }

    @Test
    void aGroupThatBreaksLeavesTheOthersAlone() throws IOException {
        List<MemberAddress> members = Counters.members(3);
        try (Servers servers = new Servers(members, true)) {
            assertThatThrownBy(() -> add(servers.node(0, BROKEN), 1)).isInstanceOf(CompletionException.class);
            for (int group = 0; group < GROUPS; group++) {
                if (group != BROKEN) {
                    assertThat(add(servers.node(group, group), 7)).isEqualTo(7);
                    assertThat(servers.node(0, group).status().state()).isEqualTo(NodeStatus.State.RUNNING);
                }
            }
            assertThat(servers.servers)
                    .anyMatch(
                            server -> server.groups.get(BROKEN).status().state().equals(NodeStatus.State.FAILED));
        }
    }

    private static void addToAll(Servers servers, int times) {
        for (int i = 0; i < times; i++) {
            for (int group = 0; group < GROUPS; group++) {
                add(servers.node(i, group), group);
            }
        }
    }

    /** How many threads work for nodes, shared or a node's own; those of transports and storages are none. */
    private static long threadsOf(List<MemberAddress> members) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> members.stream()
                        .map(member -> member.node().value())
                        .anyMatch(node -> name.startsWith(node + "-") || name.startsWith("pecanraft-" + node + "-g")))
                .count();
    }

    /** Cannot apply anything. */
    private static final class Breaking implements StateMachine {

        @Override
        public void apply(CommandBatch batch) {
            throw new IllegalStateException("this state machine applies nothing");
        }

        @Override
        public ByteBuffer query(ByteBuffer query) {
            return query;
        }

        @Override
        public SnapshotView captureSnapshot() {
            return out -> {};
        }

        @Override
        public void restore(SnapshotSource source) {}
    }
}
