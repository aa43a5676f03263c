package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.Story;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The long loop over seeds in which servers come and go, change their right to vote, move and lose their disks, among all other
 * faults. {@code -Dsim.seed=N} runs one, {@code -Dsim.churn.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
public class MembershipSimulationTest {

    private static final int DEFAULT_SEEDS = 150;

    @Test
    void everySeedIsSafeAndBecomesLiveAgain() throws Exception {
        Seeds seeds = Story.CHURN.seeds("sim.churn.seeds", DEFAULT_SEEDS);
        Map<String, Long> totals = Story.CHURN.runAll(seeds);
        if (!seeds.single() && seeds.count() >= DEFAULT_SEEDS) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("disks wiped", "members moved", "all members replaced at once")
                    .containsKeys("changes for a configuration that was", "transfers done", "snapshots installed");
            assertThat(totals.get("cores that did what was demanded")).isGreaterThan(DEFAULT_SEEDS * 9L / 10);
            assertThat(totals).containsKeys("servers that stayed DOWN", "servers that stayed DISK_HUNG");
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
