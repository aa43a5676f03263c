package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.swarm.Seeds;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@link Overload}s. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.overload.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class OverloadSimulationTest {

    private static final int IN_BUILD = 25;

    private final Seeds seeds = Story.OVERLOAD.seeds("sim.overload.seeds", IN_BUILD);

    @Test
    void nobodyHoldsMoreThanItsSettingsName() throws Exception {
        Map<String, Long> totals = Story.OVERLOAD.runAll(seeds);
        if (!seeds.single()) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("refused by maxUncommittedEntries", "refused by maxUncommittedBytes")
                    .containsKeys("refused by maxPendingForwards", "refused by maxPendingReads")
                    .containsKeys("refused by mailboxCapacity", "messages dropped by a full mailbox")
                    .containsKeys("windows seen full", "snapshots installed", "failed with OperationTimeoutException");
            assertThat(totals.get("acknowledged")).as("done all the same").isPositive();
        }
    }
}
