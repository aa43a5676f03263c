package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.testkit.swarm.Seeds;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@link OneGroupFails}. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.groups.seeds=COUNT} with {@code -Dsim.base=START} that many. */
class OneGroupFailsSimulationTest {

    private static final int IN_BUILD = 60;

    private final Seeds seeds = Story.ONE_GROUP_FAILS.seeds("sim.groups.seeds", IN_BUILD);

    @Test
    void theOtherGroupsDoNotNotice() throws Exception {
        Map<String, Long> totals = Story.ONE_GROUP_FAILS.runAll(seeds);
        if (!seeds.single()) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKey("groups mended");
            for (OneGroupFails.Failure failure : OneGroupFails.Failure.values()) {
                assertThat(totals).containsKey("failed: " + failure);
            }
            assertThat(totals.get("nodes that failed")).isGreaterThan(seeds.count());
            assertThat(totals.get("calls to sound groups")).isGreaterThan(seeds.count() * 100L);
        }
    }

    /** So the workload would notice: a process that ends because a node in it failed takes the leaders of other groups along. */
    @Test
    void aProcessThatEndsWithItsFirstNodeIsFoundOut() {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= 10; seed++) {
                        OneGroupFails.run(seed, seeds.replay(seed), OneGroupFails.Survival.ENDS);
                    }
                })
                .isInstanceOfSatisfying(
                        SimulationFailure.class,
                        failure -> assertThat(failure.rule()).isEqualTo("isolation"));
    }
}
