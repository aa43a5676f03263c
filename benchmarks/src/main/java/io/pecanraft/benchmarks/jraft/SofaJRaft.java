package io.pecanraft.benchmarks.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import io.pecanraft.benchmarks.front.FrontedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** SOFAJRaft with its defaults; its log is written with sync or without. Its snapshots are an hour apart, so none is taken. */
public final class SofaJRaft implements FrontedSystem {

    private static final String GROUP = "map";
    private static final byte[] NO_CONTEXT = {};

    @Override
    public String name() {
        return "jraft";
    }

    @Override
    public String version() {
        return "1.4.1";
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
    public List<ReplicatedMap> startMaps(ServerPlace place) throws IOException {
        String servers = IntStream.range(0, place.servers())
                .mapToObj(i -> server(place, i))
                .collect(Collectors.joining(","));
        Configuration members = new Configuration();
        members.parse(servers);
        NodeOptions options = new NodeOptions();
        JRaftMap map = new JRaftMap();
        options.setFsm(map);
        options.setInitialConf(members);
        options.setLogUri(directory(place, "log"));
        options.setRaftMetaUri(directory(place, "meta"));
        options.setSnapshotUri(directory(place, "snapshot"));
        RaftOptions raft = new RaftOptions();
        raft.setSync(place.guarantee() == Guarantee.POWER_LOSS);
        options.setRaftOptions(raft);
        PeerId self = PeerId.parsePeer(server(place, place.index()));
        Node node = new RaftGroupService(GROUP, self, options).start();
        return List.of(new ReplicatedMap() {
            @Override
            public CompletionStage<?> put(ByteBuffer put) {
                return SofaJRaft.put(node, put);
            }

            @Override
            public CompletionStage<ByteBuffer> get(ByteBuffer key, Operation how) {
                return SofaJRaft.get(node, map, key, how);
            }

            @Override
            public long applied() {
                return map.applied();
            }
        });
    }

    private static CompletionStage<Void> put(Node node, ByteBuffer put) {
        byte[] command = new byte[put.remaining()];
        put.get(command);
        Reply reply = new Reply();
        node.apply(new Task(ByteBuffer.wrap(command), reply));
        return reply;
    }

    /** Asks for the index, and then this server's map, as its documentation does. */
    private static CompletionStage<ByteBuffer> get(Node node, JRaftMap map, ByteBuffer key, Operation how) {
        byte[] copy = new byte[key.remaining()];
        key.get(copy);
        CompletableFuture<ByteBuffer> reply = new CompletableFuture<>();
        ReadOnlyOption option =
                how == Operation.READ_LEASE ? ReadOnlyOption.ReadOnlyLeaseBased : ReadOnlyOption.ReadOnlySafe;
        node.readIndex(option, NO_CONTEXT, new ReadIndexClosure() {
            @Override
            public void run(Status status, long index, byte[] context) {
                if (status.isOk()) {
                    reply.complete(map.get(ByteBuffer.wrap(copy)));
                } else {
                    reply.completeExceptionally(new IOException(status.toString()));
                }
            }
        });
        return reply;
    }

    private static String server(ServerPlace place, int index) {
        return ServerPlace.HOST + ":" + place.peerPort(index);
    }

    private static String directory(ServerPlace place, String name) throws IOException {
        Path directory = place.directory().resolve(name);
        Files.createDirectories(directory);
        return directory.toString();
    }

    /** Completes when the state machine runs the closure of the task. */
    private static final class Reply extends CompletableFuture<Void> implements Closure {

        @Override
        public void run(Status status) {
            if (status.isOk()) {
                complete(null);
            } else {
                completeExceptionally(new IOException(status.toString()));
            }
        }
    }
}
