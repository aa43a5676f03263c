package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.swarm.Outcome;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.Seeds;
import io.pecanraft.testkit.swarm.Simulation;
import io.pecanraft.testkit.swarm.register.Registers;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The swarm of the testkit, also where servers come and go, with the codec in the loop and servers of two releases: see {@link
 * MixedReleases}. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.releases.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class MixedReleasesSimulationTest {

    private static final Seeds SEEDS =
            Seeds.of(MixedReleasesSimulationTest.class, "raft-transport-netty", "sim.releases.seeds", 40);

    /** One in so many seeds is one in which servers come and go. */
    private static final int CHURN = 4;

    private static Outcome run(long seed, boolean heedsTheHandshake) {
        MixedReleases releases = new MixedReleases(seed, heedsTheHandshake);
        Plan plan = seed % CHURN == 0 ? Plan.withChurn(seed) : Plan.of(seed);
        return Simulation.run(plan, new Registers(), SEEDS.replay(seed), cluster -> cluster.codec(releases))
                .with(releases.counts());
    }

    private static Outcome run(long seed) {
        return run(seed, true);
    }

    /** The other JVM. */
    public static void main(String[] arguments) {
        Seeds.printHashes(arguments, MixedReleasesSimulationTest::run);
    }

    @Test
    void releasesThatMeetAreSafeAndGetOn() throws Exception {
        Map<String, Long> totals = SEEDS.runInTwoJvms(MixedReleasesSimulationTest::run);
        if (!SEEDS.single()) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("restarted with the release of TODAY", "restarted with the release of TOMORROW")
                    .containsKeys("connections from TODAY to TODAY, version 1")
                    .containsKeys("connections from TODAY to TOMORROW, version 1")
                    .containsKeys("connections from TOMORROW to TODAY, version 1")
                    .containsKeys("connections from TOMORROW to TOMORROW, version 2")
                    .containsKeys("messages skipped, of an unknown kind", "snapshots installed", "elections won")
                    .containsKeys("damaged frames refused", "lost with their connection");
            assertThat(totals)
                    .doesNotContainKeys(
                            "connections from TODAY to TOMORROW, version 2",
                            "connections from TOMORROW to TODAY, version 2");
        }
    }

    /** So the simulation would notice: a release that ignores what was agreed on is misread by the older one. */
    @Test
    void aReleaseThatSpeaksItsNewestVersionToEverybodyIsFoundOut() {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= 10; seed++) {
                        run(seed, false);
                    }
                })
                .isInstanceOf(SimulationFailure.class);
    }
}
