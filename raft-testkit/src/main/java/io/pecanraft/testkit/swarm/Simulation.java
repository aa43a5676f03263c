package io.pecanraft.testkit.swarm;

import io.pecanraft.NodeStatus;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.check.Operations;
import io.pecanraft.testkit.sim.SimScheduler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Runs one {@link Plan}. First the story, with the invariants checked after every event; then everything is healed, and
 * within a bounded time there must be a leader, every call answered, a write and a read through every server, and the same
 * state everywhere. In the end all power goes at once, and what was acknowledged must still be there.
 */
public final class Simulation {

    /** How long a healed cluster may take for each step towards normal, in election timeouts. */
    private static final int PATIENCE_ELECTION_TIMEOUTS = 60;

    private final Plan plan;
    private final SimCluster cluster;
    private final RegisterModel model;

    private Simulation(Plan plan, String replay) {
        this.plan = plan;
        this.cluster = SimCluster.builder()
                .nodes(plan.nodes())
                .seed(plan.seed())
                .config(plan.config())
                .network(plan.network())
                .disk(plan.disk())
                .maxDriftPpm(plan.maxDriftPpm())
                .stateMachine(node -> new RegisterMachine())
                .replay(replay + "\n--- plan: " + plan.describe())
                .build();
        this.model = new RegisterModel(cluster.verdict(), cluster.invariants().committed());
    }

    /**
     * Runs a plan.
     *
     * @param replay the command that runs it again, for failures
     * @throws SimulationFailure when a rule is broken
     */
    public static Outcome run(Plan plan, String replay) {
        return new Simulation(plan, replay).run();
    }

    private Outcome run() {
        for (Plan.Timed<Fault> fault : plan.faults()) {
            cluster.scheduler()
                    .at(
                            fault.at().toNanos(),
                            SimScheduler.NO_NODE,
                            () -> fault.what().strike(cluster));
        }
        for (Plan.Timed<Call> call : plan.calls()) {
            cluster.scheduler().at(call.at().toNanos(), SimScheduler.NO_NODE, () -> make(call.what()));
        }
        cluster.start();
        cluster.run(plan.length());
        // Faults undo themselves by events of their own; let the longest of them pass, then undo what is left.
        cluster.run(plan.config().electionTimeout().multipliedBy(10));
        recover();
        cluster.nodes().forEach(node -> node.crash(SimNode.Crash.POWER));
        recover();
        return outcome();
    }

    private void make(Call call) {
        SimNode node = cluster.node(call.node());
        if (call instanceof Call.Write write) {
            unattended(write(node, write.command()));
        } else if (call instanceof Call.Read read) {
            unattended(read(node, read.key()));
        } else {
            unattended(node.takeSnapshot());
        }
    }

    /** What comes of a call is checked where it arrives; nobody waits for it. */
    private static void unattended(CompletableFuture<?> answer) {
        answer.exceptionally(failure -> null);
    }

    private CompletableFuture<?> write(SimNode node, RegisterCommand command) {
        return node.propose(command.encode(), result -> model.replied(result.index(), Register.decode(result.reply())));
    }

    private CompletableFuture<?> read(SimNode node, int key) {
        return node.read(
                ByteBuffer.allocate(Integer.BYTES).putInt(0, key),
                (reflectsIndex, answer) -> model.read(key, reflectsIndex, Register.decode(answer)));
    }

    /** Everything works again: so must the cluster, soon. */
    private void recover() {
        Duration patience = plan.config().electionTimeout().multipliedBy(PATIENCE_ELECTION_TIMEOUTS);
        cluster.heal();
        cluster.network().profile(plan.network().reliable());
        for (SimNode node : cluster.nodes()) {
            if (node.status().map(NodeStatus::state).equals(Optional.of(NodeStatus.State.FAILED))) {
                node.crash(SimNode.Crash.PROCESS);
            }
            node.start();
        }
        cluster.runUntil("a leader", patience, () -> cluster.leader().isPresent());
        Operations operations = cluster.invariants().operations();
        cluster.runUntil("an answer to every call", patience, () -> operations.open() == 0);
        for (SimNode node : cluster.nodes()) {
            through(node, patience);
        }
        cluster.runUntil("the same state everywhere", patience, cluster::converged);
    }

    /** A write and a read through a server succeed; the first attempts may meet an election. */
    private void through(SimNode node, Duration patience) {
        boolean forwards = plan.config().forwarding();
        long until = cluster.nowNanos() + patience.toNanos();
        boolean[] done = new boolean[1];
        while (!done[0]) {
            SimNode at = forwards ? node : cluster.leader().orElse(node);
            CompletableFuture<?> write = write(at, new RegisterCommand(RegisterCommand.Kind.INCREMENT, 0, 1, 0));
            CompletableFuture<?> read = read(at, 0);
            cluster.runUntil("answers", patience, () -> write.isDone() && read.isDone());
            done[0] = !write.isCompletedExceptionally() && !read.isCompletedExceptionally();
            if (!done[0] && cluster.nowNanos() > until) {
                throw cluster.failure(
                        "liveness", "no write or read through " + at + " succeeds: " + write + ", " + read);
            }
            if (!done[0]) {
                cluster.run(plan.config().heartbeatInterval());
            }
        }
    }

    private Outcome outcome() {
        Map<String, Long> counts = new TreeMap<>(cluster.counts());
        Operations operations = cluster.invariants().operations();
        for (Operations.State state : Operations.State.values()) {
            counts.put("calls " + state, operations.count(state));
        }
        counts.put("entries committed", cluster.invariants().committed().lastIndex());
        counts.put("terms with a leader", cluster.invariants().lastLeaderTerm());
        return new Outcome(
                plan.seed(),
                cluster.scheduler().executed(),
                cluster.nowNanos() / 1_000_000,
                cluster.trace().hash(),
                counts);
    }
}
