package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.GroupId;
import io.pecanraft.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * K16: four groups on the same three servers, in the same processes and on the same raft threads, under load while servers die, lose
 * power, stop, and cannot hear each other. {@code -Dsim.seed=N} runs one seed.
 */
class ManyGroupsSimulationTest {

    private static final int SERVERS = 3;
    private static final int GROUPS = 4;
    private static final int SEEDS = 20;
    private static final int ROUNDS = 30;

    @TestFactory
    Stream<DynamicTest> groupsShareServersAndNothingElse() {
        Long only = Long.getLong("sim.seed");
        LongStream seeds = only == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(only);
        return seeds.mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> new Run(seed).run()));
    }

    private static final class Run {

        private final SimRandom random;
        private final List<SimCluster> groups = new ArrayList<>();
        private final long[] proposed = new long[GROUPS];
        private final long[] acknowledged = new long[GROUPS];

        Run(long seed) {
            random = SimRandom.stream(seed, "many groups");
            for (int i = 0; i < GROUPS; i++) {
                SimCluster.Builder builder = SimCluster.builder()
                        .nodes(SERVERS)
                        .seed(seed * GROUPS + i)
                        .replay(Seeds.replay(ManyGroupsSimulationTest.class, seed))
                        .stateMachine(node -> new Tally());
                groups.add((i == 0 ? builder : builder.sharing(groups.get(0), new GroupId(i))).build());
            }
        }

        void run() {
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
                    assertThat(number(group.await(node.read(get()))))
                            .as("group %d at %s", i, node)
                            .isBetween(acknowledged[i], proposed[i]);
                }
            }
            assertThat(IntStream.range(0, GROUPS)
                            .mapToLong(i -> acknowledged[i])
                            .sum())
                    .as("something was done at all")
                    .isPositive();
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
}
