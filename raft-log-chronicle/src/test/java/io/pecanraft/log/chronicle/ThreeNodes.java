package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.InMemoryNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Three real nodes, with their threads, each on a directory of this storage; their messages go through memory. */
final class ThreeNodes implements AutoCloseable {

    static final List<NodeId> NAMES =
            Stream.of("n1", "n2", "n3").map(NodeId::of).toList();
    static final List<MemberAddress> MEMBERS = NAMES.stream()
            .map(name -> new MemberAddress(name, "memory:" + name))
            .toList();

    final InMemoryNetwork network = new InMemoryNetwork();
    private final Path directory;
    private final Supplier<StateMachine> stateMachines;
    private final UnaryOperator<RaftConfig.Builder> settings;
    private final Map<NodeId, RaftNode> running = new HashMap<>();

    ThreeNodes(Path directory, Supplier<StateMachine> stateMachines, UnaryOperator<RaftConfig.Builder> settings) {
        this.directory = directory;
        this.stateMachines = stateMachines;
        this.settings = settings;
    }

    ThreeNodes startAll() throws Exception {
        for (NodeId name : NAMES) {
            start(name);
        }
        return this;
    }

    /** Returns when it has recovered. */
    void start(NodeId name) throws Exception {
        RaftNode node = RaftNode.builder()
                .stateMachine(stateMachines.get())
                .storage(ChronicleStorage.open(
                        directory.resolve(name.toString()),
                        ClusterId.fromBootstrap(MEMBERS),
                        GroupId.DEFAULT,
                        name,
                        TestLog.smallSegments()))
                .transport(network.transport())
                .bootstrapMembers(MEMBERS)
                .config(settings.apply(RaftConfig.builder()
                                .electionTimeout(Duration.ofMillis(300))
                                .heartbeatInterval(Duration.ofMillis(50)))
                        .build())
                .build();
        running.put(name, node);
        node.start().get(60, TimeUnit.SECONDS);
    }

    void stop(NodeId name) {
        node(name).close();
        running.remove(name);
    }

    RaftNode node(NodeId name) {
        RaftNode node = running.get(name);
        if (node == null) {
            throw new AssertionError(name + " is not running");
        }
        return node;
    }

    /** The data of a node. */
    Path data(NodeId name) {
        return directory.resolve(name + "/data");
    }

    /** Asks these nodes in turn, until one of them has done it. What is asked may happen more than once. */
    <T> T eventually(List<NodeId> names, Function<RaftNode, CompletableFuture<T>> call) throws Exception {
        while (true) {
            for (NodeId name : names) {
                try {
                    return call.apply(node(name)).get(60, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(RaftException.class);
                }
            }
        }
    }

    @Override
    public void close() {
        running.values().forEach(RaftNode::close);
    }
}
