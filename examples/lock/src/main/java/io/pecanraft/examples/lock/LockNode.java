package io.pecanraft.examples.lock;

import io.pecanraft.RaftNode;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.transport.netty.NettyTransport;
import java.nio.file.Path;
import java.util.List;

/** One server of the locks, with what it needs. */
final class LockNode implements AutoCloseable {

    private final NettyTransport transport;
    private final RaftNode node;

    private LockNode(NettyTransport transport, RaftNode node) {
        this.transport = transport;
        this.node = node;
    }

    /** Starts the server of a member of the cluster that these members form. */
    static LockNode start(
            MemberAddress self, List<MemberAddress> members, Path directory, ChronicleStorageConfig storage) {
        NettyTransport transport = NettyTransport.open(members, self.node());
        RaftNode node = RaftNode.builder()
                .stateMachine(new Locks())
                .storage(ChronicleStorage.open(
                        directory.resolve(self.node().value()),
                        ClusterId.fromBootstrap(members),
                        GroupId.DEFAULT,
                        self.node(),
                        storage))
                .transport(transport)
                .bootstrapMembers(members)
                .build();
        node.start().join();
        return new LockNode(transport, node);
    }

    RaftNode node() {
        return node;
    }

    @Override
    public void close() {
        node.close();
        transport.close();
    }
}
