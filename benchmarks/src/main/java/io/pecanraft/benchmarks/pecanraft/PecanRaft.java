package io.pecanraft.benchmarks.pecanraft;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import io.pecanraft.benchmarks.front.FrontedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import io.pecanraft.benchmarks.system.ServerPlace;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.Durability;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.NettyTransportConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The system of this project. */
public final class PecanRaft implements FrontedSystem {

    @Override
    public String name() {
        return "pecanraft";
    }

    @Override
    public String version() {
        String version = RaftNode.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0-SNAPSHOT" : version;
    }

    @Override
    public Set<Guarantee> guarantees() {
        return Set.of(Guarantee.POWER_LOSS, Guarantee.PROCESS_CRASH);
    }

    @Override
    public ReplicatedMap startMap(ServerPlace place) {
        List<MemberAddress> members = IntStream.range(0, place.servers())
                .mapToObj(i -> new MemberAddress(node(i), ServerPlace.HOST + ":" + place.peerPort(i)))
                .toList();
        ChronicleStorage storage = ChronicleStorage.open(
                place.directory(),
                ClusterId.fromBootstrap(members),
                GroupId.DEFAULT,
                node(place.index()),
                ChronicleStorageConfig.builder()
                        .durability(
                                place.guarantee() == Guarantee.POWER_LOSS
                                        ? Durability.POWER_LOSS
                                        : Durability.PROCESS_CRASH)
                        .build());
        NettyTransport transport = NettyTransport.open(NettyTransportConfig.builder()
                .listen(ServerPlace.HOST, place.peerPort(place.index()))
                .build());
        RaftNode node = RaftNode.builder()
                .stateMachine(new PecanRaftMap())
                .storage(storage)
                .transport(transport)
                .config(RaftConfig.builder().forwarding(false).build())
                .bootstrapMembers(members)
                .build();
        node.start().join();
        return node::propose;
    }

    private static NodeId node(int index) {
        return NodeId.of("n" + (index + 1));
    }
}
