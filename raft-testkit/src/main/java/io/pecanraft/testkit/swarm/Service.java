package io.pecanraft.testkit.swarm;

import io.pecanraft.NodeStatus;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Draft;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Brings servers back into service, and asks for that service. */
final class Service {

    private static final CompletableFuture<?> DONE = CompletableFuture.completedFuture(null);

    private Service() {}

    /** Starts a server; one that stopped itself, or is about to, starts anew. */
    static void revive(SimNode node) {
        // A flush that failed stops the server as soon as it hears of it, which may be a moment later.
        if (node.disk().excusesFailure()
                || node.status().map(NodeStatus::state).equals(Optional.of(NodeStatus.State.FAILED))) {
            node.crash(SimNode.Crash.PROCESS);
        }
        node.start();
    }

    /**
     * A write and a read through a server succeed; the first attempts may meet an election. Each is repeated until it succeeds,
     * and no longer: where every entry makes a snapshot, a server that still receives one would be given a newer one for ever.
     *
     * @param mayLead who is asked instead where servers do not forward
     * @param owed whether the server owes this at all
     */
    static void demand(Stage stage, SimNode node, Predicate<SimNode> mayLead, BooleanSupplier owed, Duration patience) {
        SimCluster cluster = stage.cluster();
        boolean forwards = cluster.config().forwarding();
        long until = cluster.nowNanos() + patience.toNanos();
        boolean written = false;
        boolean read = false;
        while (!(written && read) && owed.getAsBoolean()) {
            SimNode at = forwards ? node : cluster.leader().filter(mayLead).orElse(node);
            CompletableFuture<?> write = written ? DONE : stage.clients().write(at, Draft.probe(0));
            CompletableFuture<?> answer = read ? DONE : stage.clients().read(at, 0);
            cluster.runUntil("answers", patience, () -> write.isDone() && answer.isDone());
            written = !write.isCompletedExceptionally();
            read = !answer.isCompletedExceptionally();
            if (!(written && read)) {
                if (cluster.nowNanos() > until) {
                    throw cluster.failure(
                            "liveness", "no write or read through " + at + " succeeds: " + write + ", " + answer);
                }
                cluster.run(cluster.config().heartbeatInterval());
            }
        }
    }
}
