package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.swarm.OtherJvm;
import io.pecanraft.testkit.swarm.Outcome;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.Simulation;
import io.pecanraft.testkit.swarm.TraceHashes;
import io.pecanraft.testkit.swarm.register.Registers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The swarm of the testkit, also where servers come and go, with the codec in the loop and servers of two releases: see {@link
 * MixedReleases}. {@code -Dsim.seed=N} runs one seed, {@code -Dsim.releases.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
class MixedReleasesSimulationTest {

    private static final int SEEDS = 40;

    /** One in so many seeds is one in which servers come and go. */
    private static final int CHURN = 4;

    private static String replay(long seed) {
        return "mvn -q test -pl raft-transport-netty -am -Dtest=MixedReleasesSimulationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed;
    }

    private static Outcome run(long seed, MixedReleases releases) {
        Plan plan = seed % CHURN == 0 ? Plan.withChurn(seed) : Plan.of(seed);
        return Simulation.run(plan, new Registers(), replay(seed), cluster -> cluster.codec(releases));
    }

    /** The other JVM: the first seed, and how many. */
    public static void main(String[] arguments) {
        long first = Long.parseLong(arguments[0]);
        TraceHashes.print(TraceHashes.of(LongStream.range(first, first + Long.parseLong(arguments[1]))
                .mapToObj(seed -> run(seed, new MixedReleases(seed, true)))
                .toList()));
    }

    @Test
    void releasesThatMeetAreSafeAndGetOn() throws Exception {
        Long only = Long.getLong("sim.seed");
        long base = only != null ? only : Long.getLong("sim.base", 1L);
        int count = only != null ? 1 : Integer.getInteger("sim.releases.seeds", SEEDS);
        Map<String, Long> totals = new TreeMap<>();
        try (OtherJvm other = only == null && count <= SEEDS
                ? OtherJvm.start(MixedReleasesSimulationTest.class, Long.toString(base), Integer.toString(count))
                : null) {
            List<Outcome> outcomes = new ArrayList<>();
            for (long seed = base; seed < base + count; seed++) {
                MixedReleases releases = new MixedReleases(seed, true);
                Outcome outcome = run(seed, releases);
                outcomes.add(outcome);
                releases.counts().forEach((what, times) -> totals.merge(what, times, Long::sum));
                outcome.counts().forEach((what, times) -> totals.merge(what, times, Long::sum));
            }
            if (other != null) {
                other.demandSame(TraceHashes.of(outcomes));
            }
        }
        System.out.printf("simulated mixed releases: %s%n", totals);
        if (only == null) {
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
                        run(seed, new MixedReleases(seed, false));
                    }
                })
                .isInstanceOf(SimulationFailure.class);
    }
}
