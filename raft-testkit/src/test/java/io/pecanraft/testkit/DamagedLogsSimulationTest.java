package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.swarm.Seeds;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * K21: {@link DamagedLogs}. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.damagedlogs.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class DamagedLogsSimulationTest {

    private static final int IN_BUILD = 60;

    private final Seeds seeds = Story.DAMAGED_LOGS.seeds("sim.damagedlogs.seeds", IN_BUILD);

    @Test
    void whatNoLeaderCanSendIsSentByWhoeverHoldsIt() throws Exception {
        Map<String, Long> totals = Story.DAMAGED_LOGS.runAll(seeds);
        if (!seeds.single()) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys(
                            DamagedLogs.TWO_OF_THREE, DamagedLogs.CRASH_BEFORE_THE_END, DamagedLogs.BRANCH_THAT_LOST)
                    .containsKeys(DamagedLogs.MANY_AT_ONCE, DamagedLogs.DAMAGED);
        }
    }
}
