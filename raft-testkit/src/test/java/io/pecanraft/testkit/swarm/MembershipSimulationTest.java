package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.Seeds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The long loop over seeds in which servers come and go, change their right to vote, move and lose their disks, among all other
 * faults. {@code -Dsim.seed=N} runs one, {@code -Dsim.churn.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class MembershipSimulationTest {

    private static final int DEFAULT_SEEDS = 230;

    static String replay(long seed) {
        return "raft-testkit/sim shrink --churn --seed " + seed;
    }

    @Test
    void everySeedIsSafeAndBecomesLiveAgain() throws Exception {
        Seeds seeds = Seeds.of(MembershipSimulationTest.class, "sim.churn.seeds", DEFAULT_SEEDS);
        Process other = !seeds.single() && seeds.count() <= DEFAULT_SEEDS
                ? TraceHashes.start(true, seeds.base(), seeds.count())
                : null;
        Map<String, Long> totals = new TreeMap<>();
        Map<Long, Long> hashes = new TreeMap<>();
        long virtualMillis = 0;
        for (long seed : seeds.stream().toArray()) {
            Outcome outcome = Simulation.run(Plan.withChurn(seed), replay(seed));
            outcome.counts().forEach((what, times) -> totals.merge(what, times, Long::sum));
            hashes.put(seed, outcome.traceHash());
            virtualMillis += outcome.virtualMillis();
        }
        System.out.printf(
                "simulated %d seeds with churn from %d: %.1f virtual hours, %s%n",
                seeds.count(), seeds.base(), virtualMillis / 3_600_000.0, totals);
        if (other != null) {
            assertThat(TraceHashes.read(other))
                    .as("the same seeds in another JVM")
                    .isEqualTo(hashes);
        }
        if (!seeds.single() && seeds.count() >= DEFAULT_SEEDS) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("disks wiped", "members moved", "all members replaced at once")
                    .containsKeys("changes for a configuration that was", "transfers done", "snapshots installed");
            assertThat(totals.get("membership changes done")).isGreaterThan(3 * DEFAULT_SEEDS);
            for (String refusal : List.of(
                    "CatchUpFailedException",
                    "InvalidMembershipChangeException",
                    "LeadershipLostException",
                    "MembershipChangeInProgressException")) {
                assertThat(totals).containsKey("membership changes " + refusal);
            }
        }
    }
}
