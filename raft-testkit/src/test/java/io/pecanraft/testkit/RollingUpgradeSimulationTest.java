package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * {@link RollingUpgrade}s. Nobody may ever know a minimum above what a member runs, which
 * {@link io.pecanraft.testkit.check.SafetyInvariants} checks after every event; and when all is well again all know the new one.
 * {@code -Dsim.seed=N} runs one seed, {@code -Dsim.upgrade.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class RollingUpgradeSimulationTest {

    private static final int SEEDS = 60;

    private static String replay(long seed) {
        return "mvn -q test -pl raft-testkit -am -Dtest=RollingUpgradeSimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed;
    }

    @Test
    void nobodyKnowsAMinimumAboveWhatAMemberRuns() {
        Long only = Long.getLong("sim.seed");
        Map<String, Integer> totals = new TreeMap<>();
        long base = only != null ? only : Long.getLong("sim.base", 1L);
        int count = only != null ? 1 : Integer.getInteger("sim.upgrade.seeds", SEEDS);
        for (long seed = base; seed < base + count; seed++) {
            RollingUpgrade.run(seed, replay(seed)).forEach((what, times) -> totals.merge(what, times, Integer::sum));
        }
        System.out.printf("simulated rolling upgrades: %s%n", totals);
        if (only == null) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("knew a minimum during the faults", "knew none during the faults", "members added")
                    .containsKeys("members removed", "leaders changed", "joint or with learners")
                    .containsKeys("commands of format 1", "commands of format " + (1 + RollingUpgrade.UPGRADES));
        }
    }
}
