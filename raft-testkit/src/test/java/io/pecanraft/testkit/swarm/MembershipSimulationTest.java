package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The long loop over seeds in which servers come and go, change their right to vote and lose their disks, among all other
 * faults. {@code -Dsim.seed=N} runs one, {@code -Dsim.churn.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class MembershipSimulationTest {

    private static final int DEFAULT_SEEDS = 150;

    static String replay(long seed) {
        return "mvn -q test -pl raft-testkit -am -Dtest=MembershipSimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed;
    }

    @Test
    void everySeedIsSafeAndBecomesLiveAgain() {
        Long only = Long.getLong("sim.seed");
        long base = only != null ? only : Long.getLong("sim.base", 1L);
        int count = only != null ? 1 : Integer.getInteger("sim.churn.seeds", DEFAULT_SEEDS);
        Map<String, Long> totals = new TreeMap<>();
        long virtualMillis = 0;
        for (long seed = base; seed < base + count; seed++) {
            Outcome outcome = ChurnSimulation.run(ChurnSimulation.plan(seed), replay(seed));
            outcome.counts().forEach((what, times) -> totals.merge(what, times, Long::sum));
            virtualMillis += outcome.virtualMillis();
        }
        System.out.printf(
                "simulated %d seeds with churn from %d: %.1f virtual hours, %s%n",
                count, base, virtualMillis / 3_600_000.0, totals);
        if (only == null && count >= DEFAULT_SEEDS) {
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
