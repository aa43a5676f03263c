package io.pecanraft.benchmarks.microraft;

import io.microraft.Ordered;
import io.microraft.QueryPolicy;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.pecanraft.benchmarks.front.FrontedSystem;
import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** MicroRaft with its defaults, but for how many entries may wait: with its 5,000 it would refuse the open load. */
public final class MicroRaft implements FrontedSystem {

    static final String GROUP = "map";

    @Override
    public String name() {
        return "microraft";
    }

    @Override
    public String version() {
        return "0.7";
    }

    @Override
    public Set<Guarantee> guarantees() {
        return Set.of(Guarantee.NONE);
    }

    @Override
    public Set<Operation> operations() {
        return EnumSet.allOf(Operation.class);
    }

    @Override
    public List<ReplicatedMap> startMaps(ServerPlace place) throws InterruptedException {
        List<RaftEndpoint> members = IntStream.range(0, place.servers())
                .<RaftEndpoint>mapToObj(Endpoint::new)
                .toList();
        MicroRaftMap map = new MicroRaftMap();
        MicroRaftTransport transport = new MicroRaftTransport(place);
        RaftNode node = RaftNode.newBuilder()
                .setGroupId(GROUP)
                .setLocalEndpoint(members.get(place.index()))
                .setInitialGroupMembers(members)
                .setConfig(RaftConfig.newBuilder()
                        .setMaxPendingLogEntryCount(2 * Load.MAX_IN_FLIGHT)
                        .build())
                .setTransport(transport)
                .setStateMachine(map)
                .build();
        transport.listen(node);
        node.start().join();
        return List.of(new ReplicatedMap() {
            @Override
            public CompletionStage<?> put(ByteBuffer put) {
                byte[] operation = new byte[put.remaining()];
                put.get(operation);
                return node.replicate(operation);
            }

            @Override
            public CompletionStage<ByteBuffer> get(ByteBuffer key, Operation how) {
                byte[] copy = new byte[key.remaining()];
                key.get(copy);
                QueryPolicy policy = how == Operation.READ_LEASE ? QueryPolicy.LEADER_LEASE : QueryPolicy.LINEARIZABLE;
                return node.<ByteBuffer>query(ByteBuffer.wrap(copy), policy, Optional.empty(), Optional.empty())
                        .thenApply(Ordered::getResult);
            }

            @Override
            public long applied() {
                return map.applied();
            }
        });
    }

    /** A server, by its number. */
    record Endpoint(int index) implements RaftEndpoint {

        @Override
        public Object getId() {
            return index;
        }
    }
}
