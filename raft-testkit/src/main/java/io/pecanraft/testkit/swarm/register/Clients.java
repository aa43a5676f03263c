package io.pecanraft.testkit.swarm.register;

import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Writes and reads registers through the servers, and holds every answer against what the committed log says. */
public final class Clients {

    private final RegisterModel model;
    private final SessionClients sessions;

    /** Clients of a cluster of {@link RegisterMachine}s. */
    public Clients(SimCluster cluster) {
        this.model = new RegisterModel(cluster.verdict(), cluster.invariants().committed());
        this.sessions = new SessionClients(cluster, model);
    }

    /** Those who write in sessions. */
    public SessionClients sessions() {
        return sessions;
    }

    /** Proposes a command at a server. */
    public CompletableFuture<?> write(SimNode node, RegisterCommand command) {
        return node.propose(command.encode(), result -> model.replied(result.index(), Register.decode(result.reply())));
    }

    /** Reads a register at a server, linearizably. */
    public CompletableFuture<?> read(SimNode node, int key) {
        return read(node, key, ReadConsistency.linearizable());
    }

    /** Reads a register at a server. */
    public CompletableFuture<?> read(SimNode node, int key, ReadConsistency consistency) {
        return node.read(
                ByteBuffer.allocate(Integer.BYTES).putInt(0, key),
                consistency,
                (reflectsIndex, answer) -> model.read(key, reflectsIndex, Register.decode(answer)));
    }

    /** What comes of a call is checked where it arrives; nobody waits for it. */
    public static void unattended(CompletableFuture<?> answer) {
        answer.exceptionally(failure -> null);
    }
}
