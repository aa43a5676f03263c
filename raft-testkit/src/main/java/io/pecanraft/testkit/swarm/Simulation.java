package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.check.Operations;
import io.pecanraft.testkit.sim.DiskProfile;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.sim.SimScheduler;
import io.pecanraft.testkit.sim.Trace;
import io.pecanraft.testkit.swarm.register.Registers;
import io.pecanraft.testkit.swarm.schedule.Item;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;
import io.pecanraft.testkit.swarm.workload.Draft;
import io.pecanraft.testkit.swarm.workload.Workload;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Runs one {@link Plan}. First the story, with the invariants checked after every event; then {@link Liveness}, of a core
 * and of all. In the end all power goes at once, while clients write, and what was acknowledged must still be there; and all that the clients
 * were told must be linearizable.
 */
public final class Simulation {

    /** As many as are under way at once, and some that are not any more, when all power goes. */
    private static final int LAST_WRITES = 12;

    private static final int LAST_KEYS = 4;

    private final Plan plan;
    private final SimCluster cluster;
    private final Stage stage;
    private long underWayAtTheEnd;

    private Simulation(Plan plan, Workload<?, ?, ?> workload, String replay, Consumer<SimCluster.Builder> more) {
        this.plan = plan;
        SimCluster.Builder builder = SimCluster.builder()
                .nodes(plan.founders())
                .spares(plan.spares())
                .seed(plan.seed())
                .config(plan.config())
                .nodeConfig(plan::configOf)
                .network(plan.network())
                .disk(plan.disk())
                .maxDriftPpm(plan.maxDriftPpm())
                .stateMachine(node -> workload.newStateMachine())
                .replay(replay);
        more.accept(builder);
        this.cluster = builder.build();
        if (workload.hasCanonicalSnapshots()) {
            cluster.invariants().compareSnapshots();
        }
        this.stage = new Stage(cluster, new Clients<>(cluster, workload), plan.atlas());
    }

    /**
     * Runs a plan.
     *
     * @param replay the command that runs it again, for failures
     * @throws SimulationFailure when a rule is broken
     */
    public static Outcome run(Plan plan, String replay) {
        return run(plan, new Registers(), replay, builder -> {});
    }

    /**
     * Runs a plan.
     *
     * @param workload what the clients do, with which state machine
     * @param replay the command that runs it again, for failures
     * @param more what is to be special about the cluster, such as a {@link io.pecanraft.testkit.sim.MessageCodec}
     * @throws SimulationFailure when a rule is broken
     */
    public static Outcome run(Plan plan, Workload<?, ?, ?> workload, String replay, Consumer<SimCluster.Builder> more) {
        return new Simulation(plan, workload, replay, more).run();
    }

    /** What can be drawn, told and shown of one run. */
    static Replay record(Plan plan, Workload<?, ?, ?> workload) {
        Simulation simulation = new Simulation(plan, workload, "", builder -> {});
        simulation.cluster.trace().record();
        Optional<SimulationFailure> failure = Optional.empty();
        try {
            simulation.run();
        } catch (SimulationFailure e) {
            failure = Optional.of(e);
        }
        return new Replay(plan, simulation.cluster.trace(), failure);
    }

    private Outcome run() {
        for (Item item : plan.items()) {
            cluster.scheduler().at(item.at().toNanos(), SimScheduler.NO_NODE, () -> happen(item));
        }
        cluster.start();
        cluster.run(plan.length());
        stage.endFaults();
        stage.clients().sessions().leave();
        Liveness liveness = new Liveness(plan, stage);
        liveness.ofTheCore();
        liveness.ofAll();
        losePower();
        liveness.ofAll();
        stage.clients().judge("seed " + plan.seed());
        return outcome(liveness);
    }

    /** All power goes at once, while clients write: what was acknowledged until then, to the last entry, must still be there (I18). */
    private void losePower() {
        SimRandom random = SimRandom.stream(plan.seed(), "last writes");
        long gapNanos = plan.disk().minForceNanos() + plan.disk().meanExtraForceNanos();
        for (int i = 0; i < LAST_WRITES; i++) {
            SimNode any = cluster.node(random.nextInt(cluster.nodes().size()));
            SimNode node =
                    cluster.config().forwarding() ? any : cluster.leader().orElse(any);
            Draft draft = new Draft(random.nextInt(Draft.VARIANTS), random.nextInt(LAST_KEYS), i, 0);
            Clients.unattended(stage.clients().write(node, draft));
            cluster.run(Duration.ofNanos(random.between(0, 2 * gapNanos)));
        }
        underWayAtTheEnd = cluster.invariants().operations().open();
        // Disks that lose nothing would show nothing here.
        SimNode.Crash crash = plan.disk().powerLoss() == DiskProfile.PowerLoss.LOSES_NONE
                ? SimNode.Crash.POWER_LOSES_ALL
                : SimNode.Crash.POWER;
        cluster.nodes().forEach(node -> node.crash(crash));
    }

    private void happen(Item item) {
        if (Families.isFault(item.kind())) {
            cluster.trace().add(Trace.Kind.FAULT, SimScheduler.NO_NODE, item.kind() + " " + item.arguments());
        }
        Families.named(item.kind()).happen(stage, item.arguments());
    }

    private Outcome outcome(Liveness liveness) {
        Map<String, Long> counts = new TreeMap<>();
        Operations operations = cluster.invariants().operations();
        for (Operations.State state : Operations.State.values()) {
            counts.put("calls " + state, operations.count(state));
        }
        counts.put("calls under way when all power went", underWayAtTheEnd);
        for (Item item : plan.items()) {
            counts.merge("items " + item.kind(), 1L, Long::sum);
        }
        counts.putAll(cluster.invariants().sessions().counts());
        counts.putAll(stage.operator().counts());
        counts.putAll(liveness.counts());
        counts.putAll(cluster.invariants().onDisks());
        return Outcome.of(plan.seed(), cluster, counts);
    }
}
