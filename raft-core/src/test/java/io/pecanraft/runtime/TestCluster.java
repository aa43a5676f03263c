package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Nodes on in-memory storage and network, all in the test's thread. */
final class TestCluster {

    static final RaftConfig CONFIG = RaftConfig.builder()
            .closeTimeout(Duration.ofNanos(1))
            .snapshotLogBytes(0)
            .build();

    final VirtualTime time = new VirtualTime();
    final MemoryNetwork network = new MemoryNetwork(time::execute);
    final VirtualTime.Held applyExecutor = time.held();
    final VirtualTime.Held snapshotExecutor = time.held();
    final VirtualTime.Held callbackExecutor = time.held();
    final Map<String, MemoryStorage> storages = new TreeMap<>();
    final Map<String, Counter> machines = new TreeMap<>();
    final Map<String, RaftNode> nodes = new TreeMap<>();
    final Map<String, VirtualTime.Suspendable> threads = new TreeMap<>();
    final RecordedMetrics metrics = new RecordedMetrics();
    private boolean ownCallbacks;
    private final List<MemberAddress> members = new ArrayList<>();

    TestCluster(String... names) {
        for (String name : names) {
            members.add(new MemberAddress(NodeId.of(name), name + ":1"));
            threads.put(name, time.suspendable());
            storages.put(name, new MemoryStorage(name, time::execute));
        }
    }

    RaftNode build(String name, RaftConfig config) {
        Counter machine = new Counter();
        machines.put(name, machine);
        RaftNode.Builder builder = RaftNode.builder();
        builder.callbackExecutor(ownCallbacks ? callbackExecutor : applyExecutor);
        return builder.storage(storages.get(name))
                .stateMachine(machine)
                .transport(network)
                .bootstrapMembers(members)
                .config(config)
                .raftExecutor(threads.get(name))
                .metrics(metrics)
                .applyExecutor(applyExecutor)
                .snapshotExecutor(snapshotExecutor)
                .randomSeed(7)
                .build();
    }

    RaftNode start(String name, RaftConfig config) {
        RaftNode node = build(name, config);
        nodes.put(name, node);
        node.start();
        time.settle();
        return node;
    }

    /** Starts all and lets time pass until there is a leader. */
    RaftNode startAll(RaftConfig config) {
        storages.keySet().forEach(name -> start(name, config));
        return awaitLeader();
    }

    RaftNode awaitLeader() {
        for (int i = 0; i < 1_000; i++) {
            for (RaftNode node : nodes.values()) {
                if (node.status().role() == RaftRole.LEADER) {
                    time.advanceMillis(300);
                    return node;
                }
            }
            time.advanceMillis(20);
        }
        throw new AssertionError("no leader in 20 s: "
                + nodes.values().stream().map(RaftNode::status).toList());
    }

    RaftNode follower() {
        return nodes.values().stream()
                .filter(node -> node.status().role() == RaftRole.FOLLOWER)
                .findFirst()
                .orElseThrow();
    }

    /** From the next start on, futures complete on an executor of their own. */
    void useOwnCallbacks() {
        ownCallbacks = true;
    }

    void isolate(RaftNode node) {
        network.cutOff.add(node.status().identity().node());
    }

    Counter machineOf(RaftNode node) {
        return machines.get(node.status().identity().node().value());
    }

    MemoryStorage storageOf(RaftNode node) {
        return storages.get(node.status().identity().node().value());
    }

    VirtualTime.Suspendable threadOf(RaftNode node) {
        return threads.get(node.status().identity().node().value());
    }

    /** Closes and lets the release run. */
    void close(RaftNode node) {
        node.close();
        time.settle();
    }

    static ByteBuffer command(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static RaftException failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        try {
            future.join();
            throw new AssertionError("completed normally");
        } catch (CompletionException e) {
            return (RaftException) e.getCause();
        }
    }

    static long number(CompletableFuture<ByteBuffer> future) {
        return future.join().duplicate().getLong();
    }
}
