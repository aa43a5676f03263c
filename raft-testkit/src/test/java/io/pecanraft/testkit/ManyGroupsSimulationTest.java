package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.swarm.Seeds;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@link ManyGroups}. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.many.seeds=COUNT} with {@code -Dsim.base=START} that many. */
class ManyGroupsSimulationTest {

    private static final int IN_BUILD = 20;

    private final Seeds seeds = Story.MANY_GROUPS.seeds("sim.many.seeds", IN_BUILD);

    @Test
    void groupsShareServersAndNothingElse() throws Exception {
        Map<String, Long> totals = Story.MANY_GROUPS.runAll(seeds);
        assertThat(totals.get("additions acknowledged"))
                .as("something was done at all")
                .isGreaterThan(10L * seeds.count());
    }
}
