package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * {@link Overload}s. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.overload.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class OverloadSimulationTest {

    private static final int SEEDS = 25;

    private static String replay(long seed) {
        return "mvn -q test -pl raft-testkit -am -Dtest=OverloadSimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed;
    }

    @Test
    void nobodyHoldsMoreThanItsSettingsName() {
        Long only = Long.getLong("sim.seed");
        Map<String, Long> totals = new TreeMap<>();
        long base = only != null ? only : Long.getLong("sim.base", 1L);
        int count = only != null ? 1 : Integer.getInteger("sim.overload.seeds", SEEDS);
        for (long seed = base; seed < base + count; seed++) {
            Overload.run(seed, replay(seed)).forEach((what, times) -> totals.merge(what, times, Long::sum));
        }
        System.out.printf("simulated overload: %s%n", totals);
        if (only == null) {
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
