package io.pecanraft.examples.counter;

import static io.pecanraft.examples.counter.Counters.add;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftNode;
import io.pecanraft.RaftSession;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.transport.netty.NettyTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick start does what the README says, on real disks and sockets. */
class CounterTest {

    @TempDir
    Path directory;

    @Test
    void threeServersAgreeOnASumThatAnyOfThemReads() throws IOException {
        List<MemberAddress> members = Counters.members(3);
        List<RaftNode> nodes = new ArrayList<>();
        try {
            for (MemberAddress member : members) {
                nodes.add(RaftNode.builder()
                        .stateMachine(new Counter())
                        .storage(ChronicleStorage.open(
                                directory.resolve(member.node().value()), members, member.node()))
                        .transport(NettyTransport.open(members, member.node()))
                        .bootstrapMembers(members)
                        .build());
            }
            nodes.forEach(node -> node.start().join());
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
}
