package io.pecanraft.benchmarks.pecanraft;

import io.pecanraft.NodeThreads;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import io.pecanraft.benchmarks.system.ServerPlace;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.log.chronicle.LogWriterThread;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.Durability;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.NettyTransportConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** One process: a node as the project's README puts it together, or a node for each of many groups, as docs/groups.md does. */
final class PecanRaftServer {

    // Of each of many groups, in place of what one group alone would take.
    private static final long SEGMENT_BYTES = 4 << 20;
    private static final long SNAPSHOT_LOG_BYTES = 16 << 20;
    private static final long TAIL_CACHE_BYTES = 256 << 10;

    private static final int RAFT_THREADS = 1;
    private static final int WORK_THREADS = 2;

    /** Leaders are where they are wanted before a load begins. */
    private static final Duration PRIORITY_DELAY = Duration.ofSeconds(1);

    private final ServerPlace place;
    private final List<MemberAddress> members;
    private final NettyTransport transport;

    PecanRaftServer(ServerPlace place) {
        this.place = place;
        this.members = IntStream.range(0, place.servers())
                .mapToObj(i -> new MemberAddress(node(i), ServerPlace.HOST + ":" + place.peerPort(i)))
                .toList();
        this.transport = NettyTransport.open(NettyTransportConfig.builder()
                .listen(ServerPlace.HOST, place.peerPort(place.index()))
                .build());
    }

    /** Starts all groups. */
    List<ReplicatedMap> start() {
        List<Member> nodes = place.groups() == 1 ? List.of(alone()) : sharing();
        CompletableFuture.allOf(
                        nodes.stream().map(member -> member.node.start()).toArray(CompletableFuture[]::new))
                .join();
        return List.copyOf(nodes);
    }

    private Member alone() {
        ChronicleStorage storage = ChronicleStorage.open(
                place.directory(),
                ClusterId.fromBootstrap(members),
                GroupId.DEFAULT,
                node(place.index()),
                storageConfig().build());
        RaftConfig.Builder config = config();
        if (!place.snapshots().areAutomatic()) {
            config.snapshotLogBytes(0);
        }
        PecanRaftMap map = map();
        return new Member(builder(map, storage, config).build(), map);
    }

    private List<Member> sharing() {
        LogWriterThread writer = LogWriterThread.named("log");
        NodeThreads threads = RaftNode.sharedThreads("raft", RAFT_THREADS, WORK_THREADS);
        List<Member> nodes = new ArrayList<>();
        for (int group = 0; group < place.groups(); group++) {
            ChronicleStorage storage = ChronicleStorage.open(
                    place.directory().resolve("group-" + group),
                    ClusterId.fromBootstrap(members),
                    new GroupId(group),
                    node(place.index()),
                    storageConfig().segmentBytes(SEGMENT_BYTES).build(),
                    writer);
            boolean isPreferred = ServerPlace.preferredLeader(group, place.servers()) == place.index();
            RaftConfig.Builder config = config().snapshotLogBytes(SNAPSHOT_LOG_BYTES)
                    .tailCacheBytes(TAIL_CACHE_BYTES)
                    .leaderPriority(isPreferred ? 1 : 0)
                    .leaderPriorityDelay(PRIORITY_DELAY);
            PecanRaftMap map = map();
            nodes.add(new Member(builder(map, storage, config).threads(threads).build(), map));
        }
        return nodes;
    }

    private ChronicleStorageConfig.Builder storageConfig() {
        return ChronicleStorageConfig.builder()
                .durability(
                        place.guarantee() == Guarantee.POWER_LOSS ? Durability.POWER_LOSS : Durability.PROCESS_CRASH);
    }

    private RaftConfig.Builder config() {
        return RaftConfig.builder().forwarding(false).leaseReads(place.operation() == Operation.READ_LEASE);
    }

    private PecanRaftMap map() {
        return new PecanRaftMap(place.snapshots().ballastBytes());
    }

    private RaftNode.Builder builder(PecanRaftMap map, ChronicleStorage storage, RaftConfig.Builder config) {
        return RaftNode.builder()
                .stateMachine(map)
                .storage(storage)
                .transport(transport)
                .config(config.build())
                .bootstrapMembers(members);
    }

    private static NodeId node(int index) {
        return NodeId.of("n" + (index + 1));
    }

    /** A member of one group. */
    private record Member(RaftNode node, PecanRaftMap map) implements ReplicatedMap {

        @Override
        public CompletionStage<ByteBuffer> put(ByteBuffer put) {
            return node.propose(put);
        }

        @Override
        public CompletionStage<ByteBuffer> get(ByteBuffer key, Operation how) {
            return node.read(
                    key, how == Operation.READ_LEASE ? ReadConsistency.lease() : ReadConsistency.linearizable());
        }

        @Override
        public long applied() {
            return map.applied();
        }

        @Override
        public CompletionStage<?> takeSnapshot() {
            return node.takeSnapshot();
        }
    }
}
