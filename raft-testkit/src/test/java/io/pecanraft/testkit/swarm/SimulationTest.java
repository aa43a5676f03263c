package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.Seeds;
import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The long loop over seeds. {@code -Dsim.seed=N} runs one, {@code -Dsim.seeds=COUNT} with {@code -Dsim.base=START} that many
 * from there on.
 */
public class SimulationTest {

    private static final long DEFAULT_BASE = 1;
    private static final int DEFAULT_SEEDS = 600;

    static String replay(long seed) {
        return Seeds.replay(SimulationTest.class, seed);
    }

    @Test
    void everySeedIsSafeAndBecomesLiveAgain() throws Exception {
        Long only = Long.getLong("sim.seed");
        long base = only != null ? only : Long.getLong("sim.base", DEFAULT_BASE);
        int count = only != null ? 1 : Integer.getInteger("sim.seeds", DEFAULT_SEEDS);
        // Every seed of the build runs in two JVMs at once, and both must have seen the same.
        Process other = only == null && count <= DEFAULT_SEEDS ? Story.start(List.of(Story.SWARM), base, count) : null;
        List<Outcome> outcomes = runAll(base, count);
        Map<String, Long> totals = new TreeMap<>();
        long events = 0;
        long virtualMillis = 0;
        for (Outcome outcome : outcomes) {
            outcome.counts().forEach((what, times) -> totals.merge(what, times, Long::sum));
            events += outcome.events();
            virtualMillis += outcome.virtualMillis();
        }
        System.out.printf(
                "simulated %d seeds from %d: %d events, %.1f virtual hours, %s%n",
                count, base, events, virtualMillis / 3_600_000.0, totals);
        if (other != null) {
            assertThat(TraceHashes.read(other))
                    .as("the same seeds in another JVM")
                    .isEqualTo(Story.SWARM.hashesOf(outcomes));
        }
        if (only == null && count >= DEFAULT_SEEDS) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("elections won", "snapshots taken", "snapshots installed", "peers unreachable")
                    .containsKeys("messages dropped by a full mailbox", "proposals rejected")
                    .containsKeys("answered reads, Lease", "answered reads, BoundedStaleness")
                    .containsKeys("answered reads, Local")
                    .containsKeys("transfers done", "transfers failed")
                    .containsKeys("handovers to a preferred server", "handovers that were asked for")
                    .containsKeys("logs damaged", "snapshots damaged", "logs lost with their snapshots");
            for (String what : List.of(
                    "session commands repeated in the log",
                    "sessions opened",
                    "sessions expired",
                    "session replies lost")) {
                assertThat(totals.get(what)).as(what).isPositive();
            }
            // Where nothing is demanded nothing is shown.
            assertThat(totals.get("cores that did what was demanded")).isGreaterThan(count * 9L / 10);
            assertThat(totals.get("healed clusters that did what was demanded")).isGreaterThan(2L * count * 9 / 10);
            assertThat(totals.get("quiet not demanded: healthy disks may stall"))
                    .isLessThan(2L * count / 10);
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

    /** Every simulation is single-threaded; several of them share nothing and run side by side. */
    private static List<Outcome> runAll(long base, int count) throws InterruptedException {
        ExecutorService pool =
                Executors.newFixedThreadPool(Math.min(4, Runtime.getRuntime().availableProcessors()));
        try {
            List<Callable<Outcome>> tasks = new ArrayList<>();
            for (long seed = base; seed < base + count; seed++) {
                long thisSeed = seed;
                tasks.add(() -> Simulation.run(Plan.of(thisSeed), replay(thisSeed)));
            }
            List<Outcome> outcomes = new ArrayList<>();
            List<String> failed = new ArrayList<>();
            SimulationFailure first = null;
            for (Future<Outcome> future : pool.invokeAll(tasks)) {
                try {
                    outcomes.add(future.get());
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof SimulationFailure failure)) {
                        throw new AssertionError("the simulator itself failed", e.getCause());
                    }
                    failed.add(replay(base + outcomes.size() + failed.size()) + "   # " + failure.rule());
                    first = first == null ? failure : first;
                }
            }
            if (first != null) {
                System.out.println(failed.size() + " of " + count + " seeds failed:\n" + String.join("\n", failed));
                throw first;
            }
            return outcomes;
        } finally {
            pool.shutdownNow();
        }
    }
}
