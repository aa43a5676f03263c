package io.pecanraft.benchmarks.jgroups;

import io.pecanraft.benchmarks.front.FrontedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jgroups.JChannel;
import org.jgroups.raft.Options;
import org.jgroups.raft.RaftHandle;

/**
 * JGroups-raft, whose log is written with fsync or without. Its snapshots are set to PecanRaft's interval, 64 MiB of log: at its own
 * 1 MB it would write the whole map for every few thousand puts.
 */
public final class JGroupsRaft implements FrontedSystem {

    private static final String STACK = "/jgroups-raft.xml";

    @Override
    public String name() {
        return "jgroups";
    }

    @Override
    public String version() {
        return "1.1.4.Final";
    }

    @Override
    public Set<Guarantee> guarantees() {
        return Set.of(Guarantee.POWER_LOSS, Guarantee.PROCESS_CRASH);
    }

    @Override
    public Set<Operation> operations() {
        return Set.of(Operation.WRITE, Operation.READ);
    }

    @Override
    public List<ReplicatedMap> startMaps(ServerPlace place) throws Exception {
        Files.createDirectories(place.directory());
        set("port", Integer.toString(place.peerPort(place.index())));
        set("hosts", each(place, i -> ServerPlace.HOST + "[" + place.peerPort(i) + "]"));
        set("members", each(place, JGroupsRaft::member));
        set("member", member(place.index()));
        set("directory", place.directory().toString());
        set("fsync", Boolean.toString(place.guarantee() == Guarantee.POWER_LOSS));
        JGroupsMap map = new JGroupsMap();
        JChannel channel;
        try (InputStream stack = JGroupsRaft.class.getResourceAsStream(STACK)) {
            channel = new JChannel(stack).name(member(place.index()));
        }
        RaftHandle raft = new RaftHandle(channel, map);
        channel.connect("map");
        return List.of(new ReplicatedMap() {
            @Override
            public CompletionStage<?> put(ByteBuffer put) {
                byte[] command = bytes(put);
                return call(() -> raft.setAsync(command, 0, command.length, Options.create(true)));
            }

            @Override
            public CompletionStage<ByteBuffer> get(ByteBuffer key, Operation how) {
                byte[] query = bytes(key);
                return call(() -> raft.getAsync(query, 0, query.length, Options.create(false)))
                        .thenApply(ByteBuffer::wrap);
            }

            @Override
            public long applied() {
                return map.applied();
            }
        });
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static CompletionStage<byte[]> call(Callable<CompletableFuture<byte[]>> operation) {
        try {
            return operation.call();
        } catch (Exception e) { // declared so broadly
            return CompletableFuture.failedFuture(e);
        }
    }

    /** For the placeholders of the stack. */
    private static void set(String name, String value) {
        System.setProperty("benchmark." + name, value);
    }

    private static String each(ServerPlace place, IntFunction<String> text) {
        return IntStream.range(0, place.servers()).mapToObj(text).collect(Collectors.joining(","));
    }

    private static String member(int index) {
        return String.valueOf((char) ('A' + index));
    }
}
