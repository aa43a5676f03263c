package io.pecanraft.testkit.swarm.register;

import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Writes and reads registers through the servers. Every answer is held against what the committed log says at once, and all of
 * them together against each other in the end.
 */
public final class Clients {

    private final SimCluster cluster;
    private final RegisterModel model;
    private final RegisterHistory history;
    private final SessionClients sessions;

    /** The latest state that was shown to anybody: by the reply to a write, or by a read. */
    private long seenIndex;

    /** Clients of a cluster of {@link RegisterMachine}s. */
    public Clients(SimCluster cluster) {
        this.cluster = cluster;
        this.model = new RegisterModel(cluster.verdict(), cluster.invariants().committed());
        this.history = new RegisterHistory(cluster::nowNanos);
        this.sessions = new SessionClients(cluster, model, history);
    }

    /** Those who write in sessions. */
    public SessionClients sessions() {
        return sessions;
    }

    /** Proposes a command at a server. */
    public CompletableFuture<?> write(SimNode node, RegisterCommand command) {
        if (!node.isUp()) {
            return new CompletableFuture<>();
        }
        // The number that the call gets when it begins, which is next.
        long number = cluster.invariants().operations().lastBegun() + 1;
        HistoryRecorder.Call<RegisterHistory.Request, Register> call =
                history.call(node.toString(), new RegisterHistory.Request(command.key(), command, number));
        return recorded(call, node.propose(command.encode(), result -> {
            Register reply = Register.decode(result.reply());
            call.returned(reply);
            model.replied(result.index(), reply);
            seenIndex = Math.max(seenIndex, result.index());
        }));
    }

    /** Reads a register at a server that need not know a leader, not before what has been seen already. */
    public CompletableFuture<?> readOnwards(SimNode node, int key) {
        return read(node, key, ReadConsistency.localNotBefore(seenIndex));
    }

    /** Reads a register at a server, linearizably. */
    public CompletableFuture<?> read(SimNode node, int key) {
        return read(node, key, ReadConsistency.linearizable());
    }

    /** Reads a register at a server. */
    public CompletableFuture<?> read(SimNode node, int key, ReadConsistency consistency) {
        ByteBuffer query = ByteBuffer.allocate(Integer.BYTES).putInt(0, key);
        boolean promisesOrder =
                consistency instanceof ReadConsistency.Linearizable || consistency instanceof ReadConsistency.Lease;
        if (!node.isUp() || !promisesOrder) {
            return node.read(
                    query, consistency, (reflectsIndex, answer) -> sawAt(reflectsIndex, key, Register.decode(answer)));
        }
        HistoryRecorder.Call<RegisterHistory.Request, Register> call =
                history.call(node.toString(), new RegisterHistory.Request(key, null, 0));
        return recorded(call, node.read(query, consistency, (reflectsIndex, bytes) -> {
            Register answer = Register.decode(bytes);
            call.returned(answer);
            sawAt(reflectsIndex, key, answer);
        }));
    }

    private void sawAt(long reflectsIndex, int key, Register answer) {
        model.read(key, reflectsIndex, answer);
        seenIndex = Math.max(seenIndex, reflectsIndex);
    }

    private static <T> CompletableFuture<T> recorded(
            HistoryRecorder.Call<RegisterHistory.Request, Register> call, CompletableFuture<T> answer) {
        return answer.whenComplete((result, failure) -> {
            if (failure != null) {
                RegisterHistory.failed(call, failure);
            }
        });
    }

    /** Demands that what the clients were told is linearizable, each register for itself, and that this could be decided. */
    public void judge(String name) {
        history.complaint(name, model::effectOf).ifPresent(complaint -> {
            throw cluster.failure(complaint.rule(), complaint.text());
        });
    }

    /** What comes of a call is checked where it arrives; nobody waits for it. */
    public static void unattended(CompletableFuture<?> answer) {
        answer.exceptionally(failure -> null);
    }
}
