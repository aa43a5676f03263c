package io.pecanraft.benchmarks.pecanraft;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import io.pecanraft.benchmarks.front.FrontedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import io.pecanraft.benchmarks.system.ServerPlace;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.Durability;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.NettyTransportConfig;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
    public Set<Operation> operations() {
        return EnumSet.allOf(Operation.class);
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
                .config(RaftConfig.builder()
                        .forwarding(false)
                        .leaseReads(place.operation() == Operation.READ_LEASE)
                        .build())
                .bootstrapMembers(members)
                .build();
        node.start().join();
        return new ReplicatedMap() {
            @Override
            public CompletionStage<ByteBuffer> put(ByteBuffer put) {
                return node.propose(put);
            }

            @Override
            public CompletionStage<ByteBuffer> get(ByteBuffer key, Operation how) {
                return node.read(
                        key,
                        how == Operation.READ_LEASE ? ReadConsistency.lease() : ReadConsistency.linearizable());
            }
        };
    }

    private static NodeId node(int index) {
        return NodeId.of("n" + (index + 1));
    }
}
