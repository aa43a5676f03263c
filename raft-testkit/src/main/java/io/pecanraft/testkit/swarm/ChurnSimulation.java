package io.pecanraft.testkit.swarm;

import io.pecanraft.NodeStatus;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.check.Operations;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.sim.SimScheduler;
import io.pecanraft.testkit.swarm.register.Clients;
import io.pecanraft.testkit.swarm.register.RegisterMachine;
import io.pecanraft.testkit.swarm.schedule.FaultAtlas;
import io.pecanraft.testkit.swarm.schedule.Item;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs a {@link Plan} in which the servers also come and go: three found the cluster, two or three more wait to be added, and an {@link
 * Operator} does what {@link Churn} says while the plan's faults strike any of them. Then everything is healed; who has lost
 * its disk must be re-admitted, no configuration may stay joint, and the members must get on as in {@link Simulation}.
 */
public final class ChurnSimulation {

    private static final int FOUNDERS = 3;
    private static final int SPARES = 2;
    private static final int SPARES_TO_REPLACE_ALL = 3;

    /** How long a healed cluster may take for each step towards normal, in election timeouts. */
    private static final int PATIENCE_ELECTION_TIMEOUTS = 120;

    private final Plan plan;
    private final SimCluster cluster;
    private final Stage stage;
    private final Operator operator;
    private final Duration patience;

    private ChurnSimulation(Plan plan, String replay, Consumer<SimCluster.Builder> more) {
        this.plan = plan;
        SimCluster.Builder builder = SimCluster.builder()
                .nodes(FOUNDERS)
                .spares(plan.nodes() - FOUNDERS)
                .seed(plan.seed())
                .config(Churn.knobs(plan.knobs().config(), SimRandom.stream(plan.seed(), "patience with new servers")))
                .network(plan.network())
                .disk(plan.disk())
                .maxDriftPpm(plan.maxDriftPpm())
                .stateMachine(node -> new RegisterMachine())
                .replay(replay);
        more.accept(builder);
        this.cluster = builder.build();
        this.stage = new Stage(cluster, new Clients(cluster), new FaultAtlas(plan.nodes(), Set.of()));
        this.operator = new Operator(cluster);
        this.patience = cluster.config().electionTimeout().multipliedBy(PATIENCE_ELECTION_TIMEOUTS);
    }

    /** The plan of a seed for this. */
    public static Plan plan(long seed) {
        return Plan.of(seed, FOUNDERS + SPARES);
    }

    /** The plan of a seed in which members move besides, and all of them are replaced at once. */
    public static Plan planOfMoves(long seed) {
        return Plan.of(seed, FOUNDERS + SPARES_TO_REPLACE_ALL);
    }

    /**
     * Runs a plan of {@link #plan} or {@link #planOfMoves}.
     *
     * @param replay the command that runs it again, for failures
     * @throws io.pecanraft.testkit.SimulationFailure when a rule is broken
     */
    public static Outcome run(Plan plan, String replay) {
        return run(plan, replay, builder -> {});
    }

    /**
     * Runs a plan.
     *
     * @param replay the command that runs it again, for failures
     * @param more what is to be special about the cluster, such as a {@link io.pecanraft.testkit.sim.MessageCodec}
     * @throws io.pecanraft.testkit.SimulationFailure when a rule is broken
     */
    public static Outcome run(Plan plan, String replay, Consumer<SimCluster.Builder> more) {
        return new ChurnSimulation(plan, replay, more).run();
    }

    private Outcome run() {
        for (Item item : plan.items()) {
            at(item.at(), () -> Families.named(item.kind()).happen(stage, item.arguments()));
        }
        SimRandom random = SimRandom.stream(plan.seed(), "churn");
        for (Churn.Timed churn : Churn.draw(random, cluster.config().electionTimeout(), plan.length())) {
            at(churn.at(), () -> operator.does(churn.what()));
        }
        if (plan.nodes() == FOUNDERS + SPARES_TO_REPLACE_ALL) {
            SimRandom moves = SimRandom.stream(plan.seed(), "moves");
            for (Churn.Timed move : Churn.drawMoves(moves, cluster.config().electionTimeout(), plan.length())) {
                at(move.at(), () -> operator.does(move.what()));
            }
        }
        cluster.start();
        cluster.run(plan.length());
        stage.endFaults();
        recover();
        cluster.nodes().forEach(node -> node.crash(SimNode.Crash.POWER));
        recover();
        return outcome();
    }

    private void at(Duration time, Runnable what) {
        cluster.scheduler().at(time.toNanos(), SimScheduler.NO_NODE, what);
    }

    /** Everything works again: so must the cluster, soon. */
    private void recover() {
        cluster.heal();
        cluster.network().profile(plan.network().reliable());
        cluster.nodes().forEach(Service::revive);
        cluster.runUntil("a leader", patience, () -> cluster.leader().isPresent());
        cluster.runUntil("lost disks to be re-admitted", patience.multipliedBy(2), operator::isDone);
        cluster.runUntil("a configuration that is not joint", patience, this::isNotJoint);
        Operations operations = cluster.invariants().operations();
        cluster.runUntil("an answer to every call", patience, () -> operations.open() == 0);
        // Also through one that only learns. One that a change, asked for long ago, removes meanwhile, owes nothing.
        for (SimNode node : cluster.nodes()) {
            Service.demand(stage, node, leader -> true, () -> cluster.isMember(node), patience);
        }
        cluster.runUntil("the same state everywhere", patience, cluster::converged);
    }

    private boolean isNotJoint() {
        return cluster.leader()
                .flatMap(SimNode::status)
                .flatMap(NodeStatus::membership)
                .filter(membership -> !membership.isJoint())
                .isPresent();
    }

    private Outcome outcome() {
        return Outcome.of(plan, cluster, operator.counts());
    }
}
