package io.pecanraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.RaftSession;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick start does what the README says, on real disks and sockets. */
class CounterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void threeServersAgreeOnASumThatAnyOfThemReads() throws IOException {
        List<Integer> ports = freePorts(3);
        List<MemberAddress> members = IntStream.range(0, 3)
                .mapToObj(i -> new MemberAddress(NodeId.of("n" + (i + 1)), "127.0.0.1:" + ports.get(i)))
                .toList();
        List<RaftNode> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                MemberAddress member = members.get(i);
                nodes.add(CounterNode.start(
                        member.node(),
                        members,
                        ports.get(i),
                        directory.resolve(member.node().value())));
            }
            assertThat(add(nodes.get(0), 5)).isEqualTo(5);
            assertThat(add(nodes.get(1), 7)).isEqualTo(12);
            try (RaftSession session = nodes.get(2).openSession().join()) {
                assertThat(CounterClient.add(session, 8).join()).isEqualTo(20);
            }
            for (RaftNode node : nodes) {
                ByteBuffer sum = node.read(ByteBuffer.allocate(0), ReadConsistency.linearizable())
                        .join();
                assertThat(sum.getLong(0)).isEqualTo(20);
            }
        } finally {
            nodes.forEach(RaftNode::close);
        }
    }

    /** Repeats what was certainly not done, such as while there is no leader yet. */
    private static long add(RaftNode node, long number) {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                return node.propose(Counter.encode(number)).join().getLong(0);
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof RaftException failure)
                        || failure.outcome() != RaftException.Outcome.NOT_DONE
                        || Instant.now().isAfter(end)) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
