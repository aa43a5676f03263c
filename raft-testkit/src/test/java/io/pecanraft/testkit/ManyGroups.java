package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;

import io.pecanraft.model.GroupId;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * K16: four groups on the same three servers, in the same processes and on the same raft threads, under load while servers die, lose
 * power, stop, and cannot hear each other.
 */
final class ManyGroups {

    private static final int SERVERS = 3;
    private static final int GROUPS = 4;
    private static final int ROUNDS = 30;

    private final SimRandom random;
    private final List<SimCluster> groups = new ArrayList<>();
    private final long[] proposed = new long[GROUPS];
    private final long[] acknowledged = new long[GROUPS];

    private ManyGroups(long seed, String replay) {
        random = SimRandom.stream(seed, "many groups");
        for (int i = 0; i < GROUPS; i++) {
            SimCluster.Builder builder = SimCluster.builder()
                    .nodes(SERVERS)
                    .seed(seed * GROUPS + i)
                    .replay(replay)
                    .stateMachine(node -> new Tally());
            groups.add((i == 0 ? builder : builder.sharing(groups.get(0), new GroupId(i))).build());
        }
    }

    /**
     * Runs one seed.
     *
     * @throws SimulationFailure when a rule was broken; {@code sums} when an addition was lost or doubled
     */
    static Outcome run(long seed, String replay) {
        ManyGroups run = new ManyGroups(seed, replay);
        run.run();
        return Outcome.ofGroups(
                seed,
                run.groups,
                Map.of("additions acknowledged", Arrays.stream(run.acknowledged).sum()));
    }

    private void run() {
        SimCluster servers = groups.get(0);
        servers.start();
        groups.forEach(SimCluster::awaitLeader);
        for (int round = 0; round < ROUNDS; round++) {
            disturb(servers.node(random.nextInt(SERVERS)));
            for (int i = 0; i < 10; i++) {
                propose(random.nextInt(GROUPS), random.nextInt(SERVERS));
                servers.run(Duration.ofMillis(random.between(1, 40)));
            }
        }
        groups.forEach(SimCluster::heal);
        servers.start();
        groups.forEach(SimCluster::awaitLeader);
        for (int i = 0; i < GROUPS; i++) {
            SimCluster group = groups.get(i);
            group.awaitConvergence();
            for (SimNode node : group.nodes()) {
                long sum = number(group.await(node.read(get())));
                if (sum < acknowledged[i] || sum > proposed[i]) {
                    throw group.failure(
                            "sums",
                            node + " has " + sum + " of " + proposed[i] + " additions, " + acknowledged[i]
                                    + " of which were acknowledged");
                }
            }
        }
        if (Arrays.stream(acknowledged).sum() == 0) {
            throw groups.get(0).failure("sums", "nothing was acknowledged at all");
        }
    }

    private void propose(int group, int server) {
        proposed[group]++;
        groups.get(group)
                .node(server)
                .propose(add(1), result -> acknowledged[group]++)
                .exceptionally(failure -> null);
    }

    private void disturb(SimNode server) {
        switch (random.nextInt(6)) {
            case 0 -> server.crash(SimNode.Crash.PROCESS);
            case 1 -> server.crash(SimNode.Crash.POWER);
            case 2 -> server.pause(Duration.ofMillis(random.between(10, 3_000)));
            case 3 -> groups.forEach(group -> group.isolate(group.node(server.number())));
            case 4 -> groups.forEach(SimCluster::heal);
            default -> groups.get(0).start();
        }
    }
}
