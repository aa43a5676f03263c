package io.pecanraft.examples.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.Outcome;
import io.pecanraft.testkit.swarm.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Contenders for one lock, who fall asleep while they hold it, on three simulated servers that die, lose power, stop, and cannot hear
 * each other. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.lock.seeds=COUNT} the first so many.
 */
class LockSimulationTest {

    private static final Seeds SEEDS = Seeds.of(LockSimulationTest.class, "examples/lock", "sim.lock.seeds", 40);
    private static final int CONTENDERS = 3;
    private static final int ROUNDS = 25;

    @Test
    void whatTheLockProtectsIsNeverChangedByAnEarlierHolder() throws Exception {
        Map<String, Long> totals = SEEDS.runInTwoJvms(LockSimulationTest::run);
        if (!SEEDS.single() && SEEDS.count() >= SEEDS.inBuild()) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys(
                            "acquired",
                            "found it held",
                            "renewed",
                            "lost it",
                            "released",
                            "wrote",
                            "stale writes refused",
                            "two believed to hold it, for a clock jumped");
        }
    }

    /** The other JVM. */
    public static void main(String[] arguments) {
        Seeds.printHashes(arguments, LockSimulationTest::run);
    }

    private static Outcome run(long seed) {
        return new Run(seed).run(seed);
    }

    /** One seed. In odd ones clocks of servers jump, and only the tokens are left to rely on. */
    private static final class Run {

        private final SimRandom random;
        private final SimCluster cluster;
        private final Contention contention;
        private final boolean clocksJump;

        Run(long seed) {
            random = SimRandom.stream(seed, "lock faults");
            clocksJump = seed % 2 == 1;
            cluster = SimCluster.builder()
                    .seed(seed)
                    .replay(SEEDS.replay(seed))
                    .stateMachine(node -> new Locks())
                    .build();
            contention = new Contention(cluster, !clocksJump);
        }

        Outcome run(long seed) {
            cluster.start();
            List<Contender> contenders = new ArrayList<>();
            for (int i = 0; i < CONTENDERS; i++) {
                contenders.add(new Contender(cluster, contention, "contender " + i));
            }
            contenders.forEach(Contender::begin);
            for (int round = 0; round < ROUNDS; round++) {
                disturb(cluster.node(random.nextInt(cluster.nodes().size())));
                cluster.run(Duration.ofMillis(random.between(100, 3_000)));
                if (random.chance(0.6)) {
                    cluster.heal();
                    cluster.start();
                }
            }
            cluster.heal();
            cluster.start();
            contenders.forEach(Contender::forgetAcquisitions);
            cluster.runUntil(
                    "each contender gets its turn",
                    Duration.ofMinutes(5),
                    () -> contenders.stream().allMatch(contender -> contender.acquisitions() > 0));
            contenders.forEach(Contender::leave);
            cluster.runUntil(
                    "every command is answered",
                    Duration.ofMinutes(1),
                    () -> cluster.invariants().sessions().open() == 0);
            cluster.awaitConvergence();
            return Outcome.of(seed, cluster, contention.counts());
        }

        private void disturb(SimNode node) {
            switch (random.nextInt(clocksJump ? 8 : 7)) {
                case 0 -> node.crash(SimNode.Crash.POWER);
                case 1 -> node.restart(SimNode.Crash.PROCESS);
                case 2 -> node.pause(Duration.ofMillis(random.between(100, 4_000)));
                case 3 -> cluster.isolate(node);
                case 4 -> cluster.leader().ifPresent(cluster::isolate);
                case 5 -> node.transferLeadership(Optional.empty());
                case 6 -> node.takeSnapshot();
                default -> cluster.nodes().forEach(each -> each.jumpMonotonicClock(Duration.ofMillis(900)));
            }
        }
    }
}
