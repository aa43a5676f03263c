package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.swarm.Seeds;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@link RollingUpgrade}s. Nobody may ever know a minimum above what a member runs, which
 * {@link io.pecanraft.testkit.check.SafetyInvariants} checks after every event; and when all is well again all know the new one.
 * {@code -Dsim.seed=N} runs one seed, {@code -Dsim.upgrade.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class RollingUpgradeSimulationTest {

    private static final int IN_BUILD = 40;

    private final Seeds seeds = Story.UPGRADE.seeds("sim.upgrade.seeds", IN_BUILD);

    @Test
    void nobodyKnowsAMinimumAboveWhatAMemberRuns() throws Exception {
        Map<String, Long> totals = Story.UPGRADE.runAll(seeds);
        if (!seeds.single()) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("knew a minimum during the faults", "knew none during the faults", "members added")
                    .containsKeys("members removed", "leaders changed", "joint or with learners")
                    .containsKeys("commands of format 1", "commands of format " + (1 + RollingUpgrade.UPGRADES));
        }
    }
}
