package io.pecanraft.examples.counter;

import io.pecanraft.NodeHealth;
import io.pecanraft.RaftNode;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.Storage;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.transport.netty.NettyTransport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Part of {@code docs/guide.md}: what begins and ends with an application that has a framework of its own. */
// tag::embed
final class ServerOfAnApplication implements AutoCloseable {

    private final NettyTransport transport;
    private final RaftNode node;

    ServerOfAnApplication(StateMachine stateMachine, Path directory, List<MemberAddress> members, NodeId self) {
        Storage storage = ChronicleStorage.open(directory, members, self); // fails when somebody has the directory
        try {
            transport = NettyTransport.open(members, self); // fails when its port is taken
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
        node = RaftNode.builder()
                .stateMachine(stateMachine)
                .storage(storage)
                .transport(transport)
                .bootstrapMembers(members)
                .build(); // closes storage and state machine with the node from here on
    }

    /** Completes when it has recovered; it need not be waited for. */
    CompletableFuture<Void> start() {
        return node.start();
    }

    RaftNode node() {
        return node;
    }

    /** For what asks whether the application is well; asks nobody itself. */
    NodeHealth health() {
        return NodeHealth.of(node.status(), 1_000);
    }

    @Override
    public void close() {
        node.close(); // hands leadership over, and closes the storage and the state machine
        transport.close(); // several nodes may share one, so that no node closes it
    }
}
// end::embed
