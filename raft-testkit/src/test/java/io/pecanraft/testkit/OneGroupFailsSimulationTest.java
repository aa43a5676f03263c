package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@link OneGroupFails}. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.groups.seeds=COUNT} with {@code -Dsim.base=START} that many. */
class OneGroupFailsSimulationTest {

    private static final int SEEDS = 60;

    private static String replay(long seed) {
        return "mvn -q test -pl raft-testkit -am -Dtest=OneGroupFailsSimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed;
    }

    @Test
    void theOtherGroupsDoNotNotice() {
        Long only = Long.getLong("sim.seed");
        Map<String, Long> totals = new TreeMap<>();
        long base = only != null ? only : Long.getLong("sim.base", 1L);
        int count = only != null ? 1 : Integer.getInteger("sim.groups.seeds", SEEDS);
        for (long seed = base; seed < base + count; seed++) {
            OneGroupFails.run(seed, replay(seed)).forEach((what, times) -> totals.merge(what, times, Long::sum));
        }
        System.out.printf("simulated groups of which one fails: %s%n", totals);
        if (only == null) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKey("groups mended");
            for (OneGroupFails.Failure failure : OneGroupFails.Failure.values()) {
                assertThat(totals).containsKey("failed: " + failure);
            }
            assertThat(totals.get("nodes that failed")).isGreaterThan(count);
            assertThat(totals.get("calls to sound groups")).isGreaterThan(count * 100L);
        }
    }

    /** So the workload would notice: a process that ends because a node in it failed takes the leaders of other groups along. */
    @Test
    void aProcessThatEndsWithItsFirstNodeIsFoundOut() {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= 10; seed++) {
                        OneGroupFails.run(seed, replay(seed), OneGroupFails.Survival.ENDS);
                    }
                })
                .isInstanceOfSatisfying(
                        SimulationFailure.class,
                        failure -> assertThat(failure.rule()).isEqualTo("isolation"));
    }
}
