package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.Story;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The long loop over seeds. {@code -Dsim.seed=N} runs one, {@code -Dsim.seeds=COUNT} with {@code -Dsim.base=START} that many
 * from there on, and {@code raft-testkit/sim run} many more.
 */
public class SimulationTest {

    private static final int DEFAULT_SEEDS = 600;

    static String replay(long seed) {
        return Story.SWARM.replay(seed);
    }

    @Test
    void everySeedIsSafeAndBecomesLiveAgain() throws Exception {
        Seeds seeds = Story.SWARM.seeds("sim.seeds", DEFAULT_SEEDS);
        Map<String, Long> totals = Story.SWARM.runAll(seeds);
        if (!seeds.single() && seeds.count() >= DEFAULT_SEEDS) {
            long count = seeds.count();
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("elections won", "snapshots taken", "snapshots installed", "peers unreachable")
                    .containsKeys("messages dropped by a full mailbox", "proposals rejected")
                    .containsKeys("answered reads, Lease", "answered reads, BoundedStaleness")
                    .containsKeys("answered reads, Local")
                    .containsKeys("transfers done", "transfers failed")
                    .containsKeys("directories put back and noticed", "directories put back and taken away")
                    .containsKeys("servers that stayed DISK_HUNG", "servers that stayed PARTIAL")
                    .containsKeys("flushes failed", "reads failed", "snapshots failed", "starts on a read-only disk")
                    .containsKeys("handovers to a preferred server", "handovers that were asked for")
                    .containsKeys(
                            "logs damaged", "logs refilled", "snapshots damaged", "logs lost with their snapshots");
            for (String what : List.of(
                    "session commands repeated in the log",
                    "sessions opened",
                    "sessions expired",
                    "session replies lost")) {
                assertThat(totals.get(what)).as(what).isPositive();
            }
            // Where nothing is demanded nothing is shown.
            assertThat(totals.get("cores that did what was demanded")).isGreaterThan(count * 9 / 10);
            assertThat(totals.get("healed clusters that did what was demanded")).isGreaterThan(2 * count * 9 / 10);
            assertThat(totals.get("quiet not demanded: healthy disks may stall"))
                    .isLessThan(2 * count / 10);
            assertThat(totals.get("calls under way when all power went")).isGreaterThan(count);
            for (String state : List.of("ACKNOWLEDGED", "NOT_DONE", "UNKNOWN")) {
                assertThat(totals.get("calls " + state)).isPositive();
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        long seed = Long.getLong("sim.seed", 20_260_101L);
        assertThat(Simulation.run(Plan.of(seed), replay(seed))).isEqualTo(Simulation.run(Plan.of(seed), replay(seed)));
    }

    @Test
    void otherSeedsGiveOtherRuns() {
        assertThat(Simulation.run(Plan.of(1), replay(1)).traceHash())
                .isNotEqualTo(Simulation.run(Plan.of(2), replay(2)).traceHash());
    }
}
