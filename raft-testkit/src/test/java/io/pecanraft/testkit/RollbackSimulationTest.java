package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.swarm.Seeds;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * D06: {@link RollBack}s. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.rollback.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class RollbackSimulationTest {

    private static final int IN_BUILD = 60;

    private final Seeds seeds = Story.ROLL_BACK.seeds("sim.rollback.seeds", IN_BUILD);

    @Test
    void aStorageThatWasPutBackNeitherVotesNorCountsUntilItIsReadmitted() throws Exception {
        Map<String, Long> totals = Story.ROLL_BACK.runAll(seeds);
        if (!seeds.single()) {
            assertThat(totals.get("stories told to the end")).isGreaterThan(seeds.count() * 3L / 4);
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("to an empty log", "to an earlier term", "to entries of the same term")
                    .containsKeys("behind the leader's snapshot");
        }
    }
}
