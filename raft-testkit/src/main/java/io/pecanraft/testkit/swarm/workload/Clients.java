package io.pecanraft.testkit.swarm.workload;

import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import java.util.concurrent.CompletableFuture;

/**
 * Writes and reads through the servers. Every answer is held against what the committed log says at once, and all of them together
 * against each other in the end.
 *
 * @param <S> the state of one key
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class Clients<S, I, O> {

    private final SimCluster cluster;
    private final Workload<S, I, O> workload;
    private final CommittedStates<S, I, O> states;
    private final History<S, I, O> history;
    private final SessionClients<S, I, O> sessions;

    /** The latest state that was shown to anybody: by the reply to a write, or by a read. */
    private long seenIndex;

    /** Clients of a cluster of the workload's state machines. */
    public Clients(SimCluster cluster, Workload<S, I, O> workload) {
        this.cluster = cluster;
        this.workload = workload;
        this.states = new CommittedStates<>(
                workload, cluster.verdict(), cluster.invariants().committed());
        this.history = new History<>(workload, cluster::nowNanos);
        this.sessions = new SessionClients<>(cluster, workload, states, history);
    }

    /** Those who write in sessions. */
    public SessionClients<S, I, O> sessions() {
        return sessions;
    }

    /** Proposes a command at a server. */
    public CompletableFuture<?> write(SimNode node, Draft draft) {
        if (!node.isUp()) {
            return new CompletableFuture<>();
        }
        I command = workload.command(draft);
        // The number that the call gets when it begins, which is next.
        long number = cluster.invariants().operations().lastBegun() + 1;
        states.called(number, command);
        HistoryRecorder.Call<?, O> call = history.command(node.toString(), command, number);
        return recorded(call, node.propose(workload.encode(command), result -> {
            O reply = workload.decode(command, result.reply());
            call.returned(reply);
            states.replied(number, result.index(), reply);
            seenIndex = Math.max(seenIndex, result.index());
        }));
    }

    /** Queries a key at a server that need not know a leader, not before what has been seen already. */
    public CompletableFuture<?> readOnwards(SimNode node, int key) {
        return read(node, key, ReadConsistency.localNotBefore(seenIndex));
    }

    /** Queries a key at a server, linearizably. */
    public CompletableFuture<?> read(SimNode node, int key) {
        return read(node, key, ReadConsistency.linearizable());
    }

    /** Queries a key at a server. */
    public CompletableFuture<?> read(SimNode node, int key, ReadConsistency consistency) {
        I query = workload.query(key);
        boolean promisesOrder =
                consistency instanceof ReadConsistency.Linearizable || consistency instanceof ReadConsistency.Lease;
        if (!node.isUp() || !promisesOrder) {
            return node.read(
                    workload.encode(query),
                    consistency,
                    (reflectsIndex, answer) -> sawAt(reflectsIndex, query, workload.decode(query, answer)));
        }
        HistoryRecorder.Call<?, O> call = history.query(node.toString(), query);
        return recorded(call, node.read(workload.encode(query), consistency, (reflectsIndex, bytes) -> {
            O answer = workload.decode(query, bytes);
            call.returned(answer);
            sawAt(reflectsIndex, query, answer);
        }));
    }

    private void sawAt(long reflectsIndex, I query, O answer) {
        states.read(query, reflectsIndex, answer);
        seenIndex = Math.max(seenIndex, reflectsIndex);
    }

    private static <T> CompletableFuture<T> recorded(HistoryRecorder.Call<?, ?> call, CompletableFuture<T> answer) {
        return answer.whenComplete((result, failure) -> {
            if (failure != null) {
                History.failed(call, failure);
            }
        });
    }

    /** Demands that what the clients were told is linearizable, each key for itself, and that this could be decided. */
    public void judge(String name) {
        history.complaint(name, states::effectOf).ifPresent(complaint -> {
            throw cluster.failure(complaint.rule(), complaint.text());
        });
    }

    /** What comes of a call is checked where it arrives; nobody waits for it. */
    public static void unattended(CompletableFuture<?> answer) {
        answer.exceptionally(failure -> null);
    }
}
