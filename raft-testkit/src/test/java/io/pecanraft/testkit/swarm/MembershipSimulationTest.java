package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.Seeds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * The long loop over seeds in which servers come and go, change their right to vote and lose their disks, among all other
 * faults. {@code -Dsim.seed=N} runs one, {@code -Dsim.churn.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class MembershipSimulationTest {

    private static final int DEFAULT_SEEDS = 150;
    private static final int MOVING_SEEDS = 80;

    static String replay(long seed) {
        return Seeds.replay(MembershipSimulationTest.class, seed);
    }

    private static Map<String, Long> runAll(String what, LongFunction<Plan> plans, int defaultCount) {
        Seeds seeds = Seeds.of(MembershipSimulationTest.class, "sim.churn.seeds", defaultCount);
        Map<String, Long> totals = new TreeMap<>();
        long virtualMillis = 0;
        for (long seed : seeds.stream().toArray()) {
            Outcome outcome = ChurnSimulation.run(plans.apply(seed), replay(seed));
            outcome.counts().forEach((each, times) -> totals.merge(each, times, Long::sum));
            virtualMillis += outcome.virtualMillis();
        }
        System.out.printf(
                "simulated %d seeds with %s from %d: %.1f virtual hours, %s%n",
                seeds.count(), what, seeds.base(), virtualMillis / 3_600_000.0, totals);
        return totals;
    }

    private static boolean isWholeRun(int defaultCount) {
        Seeds seeds = Seeds.of(MembershipSimulationTest.class, "sim.churn.seeds", defaultCount);
        return !seeds.single() && seeds.count() >= defaultCount;
    }

    /** Members move to other addresses, change by compare-and-set, and are replaced all at once, under the same faults. */
    @Test
    void everySeedInWhichMembersMoveIsSafeAndBecomesLiveAgain() {
        Map<String, Long> totals = runAll("churn and moves", ChurnSimulation::planOfMoves, MOVING_SEEDS);
        if (isWholeRun(MOVING_SEEDS)) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("members moved", "all members replaced at once", "disks wiped")
                    .containsKeys("changes for a configuration that was")
                    .containsKeys("membership changes InvalidMembershipChangeException");
            assertThat(totals.get("members moved")).isGreaterThan(MOVING_SEEDS);
        }
    }

    @Test
    void everySeedIsSafeAndBecomesLiveAgain() {
        Map<String, Long> totals = runAll("churn", ChurnSimulation::plan, DEFAULT_SEEDS);
        if (isWholeRun(DEFAULT_SEEDS)) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("disks wiped", "membership changes done");
            for (String refusal : List.of(
                    "CatchUpFailedException",
                    "InvalidMembershipChangeException",
                    "LeadershipLostException",
                    "MembershipChangeInProgressException")) {
                assertThat(totals).containsKey("membership changes " + refusal);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        long seed = Long.getLong("sim.seed", 20_260_101L);
        assertThat(ChurnSimulation.run(ChurnSimulation.plan(seed), replay(seed)))
                .isEqualTo(ChurnSimulation.run(ChurnSimulation.plan(seed), replay(seed)));
    }
}
