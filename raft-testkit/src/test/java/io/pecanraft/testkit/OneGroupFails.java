package io.pecanraft.testkit;

import io.pecanraft.NodeStatus;
import io.pecanraft.RaftConfig;
import io.pecanraft.model.GroupId;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.Outcome;
import io.pecanraft.testkit.swarm.register.RegisterMachine;
import io.pecanraft.testkit.swarm.register.Registers;
import io.pecanraft.testkit.swarm.workload.Clients;
import io.pecanraft.testkit.swarm.workload.Draft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * K16: four groups on the same servers, in the same processes and on the same raft threads, of which one fails alone: its log is not
 * flushed, hangs or cannot be read, or its state machine throws. The others must not notice: each keeps its leader and its term, does
 * all that it is asked for, and stays linearizable. When what failed is mended and the servers are restarted, that group is back too.
 */
public final class OneGroupFails {

    static final int GROUPS = 4;

    private static final int SERVERS = 3;
    private static final int APPEND = 1;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final RaftConfig CONFIG = RaftConfig.defaults();

    /** What happens to the one group. */
    enum Failure {
        FLUSH_OF_THE_LEADER,
        FLUSH_OF_A_FOLLOWER,
        FLUSHES_OF_ALL,
        HUNG_DISKS,
        STATE_MACHINES
    }

    /** What becomes of a process in which a node has failed. */
    enum Survival {
        GOES_ON,
        /** What a library would do that takes the process down with it. */
        ENDS
    }

    private final SimRandom random;
    private final Survival survival;
    private final List<SimCluster> groups = new ArrayList<>();
    private final List<Clients<?, ?, ?>> clients = new ArrayList<>();
    private final List<CompletableFuture<?>> owed = new ArrayList<>();
    private final Map<String, Long> totals = new TreeMap<>();
    private final int broken;
    private boolean stateMachineThrows;

    private OneGroupFails(long seed, String replay, Survival survival) {
        this.random = SimRandom.stream(seed, "one group fails");
        this.survival = survival;
        this.broken = random.nextInt(GROUPS);
        for (int i = 0; i < GROUPS; i++) {
            boolean breaks = i == broken;
            SimCluster.Builder builder = SimCluster.builder()
                    .nodes(SERVERS)
                    .seed(seed * GROUPS + i)
                    .replay(replay)
                    .config(CONFIG)
                    .stateMachine(node -> breaks ? new Breakable() : new RegisterMachine());
            groups.add((i == 0 ? builder : builder.sharing(groups.get(0), new GroupId(i))).build());
            clients.add(new Clients<>(groups.get(i), new Registers()));
        }
    }

    /**
     * Lets one group fail.
     *
     * @return what happened
     * @throws SimulationFailure when a rule was broken; {@code isolation} when another group noticed
     */
    public static Outcome run(long seed, String replay) {
        return run(seed, replay, Survival.GOES_ON);
    }

    static Outcome run(long seed, String replay, Survival survival) {
        OneGroupFails run = new OneGroupFails(seed, replay, survival);
        run.run();
        return Outcome.ofGroups(seed, run.groups, run.totals);
    }

    private void run() {
        SimCluster failing = groups.get(broken);
        failing.start();
        for (SimCluster group : groups) {
            group.runUntil(
                    "everybody to know the leader",
                    PATIENCE,
                    () -> group.nodes().stream().allMatch(OneGroupFails::knowsTheLeader));
        }
        load(CONFIG.electionTimeout());
        List<String> before = groups.stream().map(SimCluster::leadership).toList();

        Failure failure = Failure.values()[random.nextInt(Failure.values().length)];
        totals.merge("failed: " + failure, 1L, Long::sum);
        fail(failing, failure);
        load(CONFIG.electionTimeout().multipliedBy(random.between(5, 25)));
        long failed = failing.nodes().stream().filter(OneGroupFails::hasFailed).count();
        totals.merge("nodes that failed", failed, Long::sum);
        others().forEach(group -> demandUndisturbed(group, before.get(group)));

        mend(failing);
        for (int i = 0; i < GROUPS; i++) {
            groups.get(i).awaitConvergence();
            clients.get(i).judge("group " + i);
        }
    }

    private IntStream others() {
        return IntStream.range(0, GROUPS).filter(group -> group != broken);
    }

    private void fail(SimCluster failing, Failure failure) {
        SimNode leader = failing.leader().orElseThrow();
        List<SimNode> nodes = failing.nodes();
        nodes.forEach(node -> failing.invariants().expectFailure(node.number()));
        switch (failure) {
            case FLUSH_OF_THE_LEADER -> leader.disk().failNextForce();
            case FLUSH_OF_A_FOLLOWER ->
                nodes.get((leader.number() + 1) % SERVERS).disk().failNextForce();
            case FLUSHES_OF_ALL -> nodes.forEach(node -> node.disk().failNextForce());
            case HUNG_DISKS -> nodes.stream().map(SimNode::disk).forEach(SimDisk::hold);
            case STATE_MACHINES -> stateMachineThrows = true;
        }
    }

    /** Clients of all groups at all servers; what they ask the sound ones for is owed. */
    private void load(Duration length) {
        SimCluster time = groups.get(0);
        long end = time.nowNanos() + length.toNanos();
        while (time.nowNanos() < end) {
            int group = random.nextInt(GROUPS);
            SimNode node = groups.get(group).node(random.nextInt(SERVERS));
            int key = random.nextInt(3);
            CompletableFuture<?> answer = random.chance(0.5)
                    ? clients.get(group).write(node, new Draft(APPEND, key, random.nextInt(1_000), 0))
                    : clients.get(group).read(node, key);
            if (group == broken) {
                Clients.unattended(answer);
            } else {
                owed.add(answer);
            }
            time.run(Duration.ofMillis(random.between(1, 20)));
            if (survival == Survival.ENDS) {
                groups.get(broken).nodes().stream()
                        .filter(OneGroupFails::hasFailed)
                        .forEach(failed -> failed.crash(SimNode.Crash.PROCESS));
            }
        }
    }

    private static boolean hasFailed(SimNode node) {
        return node.status()
                .filter(status -> status.state() == NodeStatus.State.FAILED)
                .isPresent();
    }

    private static boolean knowsTheLeader(SimNode node) {
        return node.status().flatMap(NodeStatus::leader).isPresent();
    }

    private void demandUndisturbed(int number, String before) {
        SimCluster group = groups.get(number);
        if (!group.leadership().equals(before)) {
            throw broken(group, before + " became " + group.leadership());
        }
        long until = group.nowNanos() + PATIENCE.toNanos();
        while (!owed.stream().allMatch(CompletableFuture::isDone) && group.nowNanos() < until) {
            group.run(CONFIG.heartbeatInterval());
        }
        List<CompletableFuture<?>> refused = owed.stream()
                .filter(answer -> !answer.isDone() || answer.isCompletedExceptionally())
                .toList();
        if (!refused.isEmpty()) {
            throw broken(
                    group,
                    refused.size() + " of " + owed.size()
                            + " calls to sound groups failed or were not answered, such as " + refused.get(0));
        }
        totals.merge("calls to sound groups", (long) owed.size(), Long::sum);
        owed.clear();
    }

    private SimulationFailure broken(SimCluster group, String what) {
        return group.failure("isolation", "another group failed, group " + broken + ", and here " + what);
    }

    /** The servers are restarted, one by one, with disks and a program that work. */
    private void mend(SimCluster failing) {
        stateMachineThrows = false;
        failing.heal();
        for (SimNode server : failing.nodes()) {
            server.restart(SimNode.Crash.PROCESS);
            others().mapToObj(groups::get).forEach(SimCluster::awaitLeader);
        }
        load(CONFIG.electionTimeout());
        SimNode leader = failing.awaitLeader();
        CompletableFuture<?> write = clients.get(broken).write(leader, Draft.probe(0));
        failing.runUntil("the group that failed to work again", PATIENCE, write::isDone);
        totals.merge("groups mended", 1L, Long::sum);
    }

    /** Registers that fail when they are told to. */
    private final class Breakable implements StateMachine {

        private final RegisterMachine registers = new RegisterMachine();

        @Override
        public void apply(CommandBatch batch) {
            if (stateMachineThrows) {
                throw new IllegalStateException("a state machine that throws");
            }
            registers.apply(batch);
        }

        @Override
        public ByteBuffer query(ByteBuffer query) {
            return registers.query(query);
        }

        @Override
        public SnapshotView captureSnapshot() {
            return registers.captureSnapshot();
        }

        @Override
        public void restore(SnapshotSource source) throws IOException {
            registers.restore(source);
        }
    }
}
