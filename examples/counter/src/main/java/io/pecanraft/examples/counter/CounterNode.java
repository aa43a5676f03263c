package io.pecanraft.examples.counter;

import io.pecanraft.RaftNode;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.NettyTransportConfig;
import java.nio.file.Path;
import java.util.List;

/** One server of a replicated {@link Counter}. */
public final class CounterNode {

    private CounterNode() {}

    /** Starts the server {@code id} of the cluster that these members form; the same list on each of them. */
    // tag::quickstart
    public static RaftNode start(NodeId id, List<MemberAddress> members, int port, Path directory) {
        var storage = ChronicleStorage.open(directory, ClusterId.fromBootstrap(members), GroupId.DEFAULT, id);
        var transport = NettyTransport.open(
                NettyTransportConfig.builder().listen("127.0.0.1", port).build());
        RaftNode node = RaftNode.builder()
                .stateMachine(new Counter())
                .storage(storage)
                .transport(transport)
                .bootstrapMembers(members)
                .build();
        node.start().join();
        return node;
    }
    // end::quickstart
}
