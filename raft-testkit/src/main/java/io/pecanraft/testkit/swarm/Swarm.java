package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.swarm.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Your own state machine in the random stories of faults that the library itself is tried with: each seed is a cluster, its settings, its
 * network and disks, and a schedule of crashes, losses of power, partitions, failing disks, clocks that jump, members that come and go.
 *
 * <pre>{@code
 * @Test
 * void survivesWhateverHappens() {
 *     Swarm.of(new AccountsWorkload()).seeds(1, 500).run();
 * }
 * }</pre>
 *
 * <p>{@code -Dsim.seed=N} runs one seed instead. Of the first seed that breaks a rule a smaller plan is looked for and a picture drawn,
 * both as files that the failure names. A plan is text: kept in a repository and {@linkplain #replay run} by a test it is a regression
 * test for ever. Immutable.
 */
public final class Swarm {

    /** Where pictures and plans go unless told otherwise. */
    public static final Path DEFAULT_DIRECTORY = Path.of("target", "simulations");

    /** How long a smaller plan is looked for unless told otherwise. */
    public static final Duration DEFAULT_SHRINKING = Duration.ofMinutes(1);

    private static final int MAX_SHRINKING_RUNS = 2_000;

    private final Workload<?, ?, ?> workload;
    private final boolean churn;
    private final long firstSeed;
    private final int seeds;
    private final Path directory;
    private final Duration shrinking;

    private Swarm(
            Workload<?, ?, ?> workload, boolean churn, long firstSeed, int seeds, Path directory, Duration shrinking) {
        this.workload = workload;
        this.churn = churn;
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.directory = directory;
        this.shrinking = shrinking;
    }

    /** A hundred seeds of stories about a state machine. */
    public static Swarm of(Workload<?, ?, ?> workload) {
        return new Swarm(workload, false, 1, 100, DEFAULT_DIRECTORY, DEFAULT_SHRINKING);
    }

    /**
     * The same with other seeds. Each takes a core some 70 ms once the JVM is warm, and several times as long before.
     *
     * @throws IllegalArgumentException if there are none
     */
    public Swarm seeds(long first, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a swarm has at least one seed, got " + count);
        }
        return new Swarm(workload, churn, first, count, directory, shrinking);
    }

    /** The same with members that come, go, move and are replaced, besides all other faults. */
    public Swarm withChurn() {
        return new Swarm(workload, true, firstSeed, seeds, directory, shrinking);
    }

    /** The same with another directory for pictures and plans, which is made when it is needed. */
    public Swarm reportsIn(Path otherDirectory) {
        return new Swarm(workload, churn, firstSeed, seeds, otherDirectory, shrinking);
    }

    /** The same that looks so long for a smaller plan when a seed fails. */
    public Swarm shrinkingFor(Duration time) {
        return new Swarm(workload, churn, firstSeed, seeds, directory, time);
    }

    /**
     * Runs the seeds, one after the other.
     *
     * @return how often what happened, over all of them
     * @throws SimulationFailure at the first seed that breaks a rule
     * @throws IllegalStateException if the first seed does not give the same run twice, since then something has a say that must not: a
     *     clock, a random number or a thread of the state machine or of the workload; or if the workload throws
     */
    public Map<String, Long> run() {
        Long only = Long.getLong("sim.seed");
        long first = only != null ? only : firstSeed;
        Map<String, Long> totals = new TreeMap<>();
        for (long seed = first; seed < first + (only != null ? 1 : seeds); seed++) {
            Plan plan = churn ? Plan.withChurn(seed) : Plan.of(seed);
            Outcome outcome = run(plan, (churn ? "churn-" : "seed-") + seed, "this test with -Dsim.seed=" + seed);
            if (seed == first
                    && !Simulation.run(plan, workload, "", builder -> {}).equals(outcome)) {
                throw new IllegalStateException("seed " + seed + " gave another run when it was run again: does "
                        + workload.getClass().getName()
                        + " or its state machine use a clock, random numbers or threads?");
            }
            outcome.counts().forEach((what, times) -> totals.merge(what, times, Long::sum));
        }
        return totals;
    }

    /**
     * Runs a plan that was kept, such as that of a failure since mended.
     *
     * @throws SimulationFailure if it breaks a rule
     * @throws IOException if the file cannot be read
     */
    public Outcome replay(Path plan) throws IOException {
        return run(PlanText.read(Files.readString(plan)), String.valueOf(plan.getFileName()), plan.toString());
    }

    private Outcome run(Plan plan, String name, String replay) {
        try {
            return Simulation.run(plan, workload, replay, builder -> {});
        } catch (SimulationFailure failure) {
            String report;
            try {
                report = report(plan, failure, workload.getClass().getSimpleName() + "-" + name);
            } catch (IOException e) {
                failure.addSuppressed(e);
                report = "no picture and no plan could be written to " + directory.toAbsolutePath();
            }
            throw failure.with(report);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    replay + ": " + workload.getClass().getName() + " or the simulator itself has failed", e);
        }
    }

    /** Draws a failing plan, made as small as can be, and says where. */
    private String report(Plan plan, SimulationFailure failure, String name) throws IOException {
        Files.createDirectories(directory);
        if (!Shrinker.ruleBroken(plan, workload).equals(failure.rule())) {
            return "it did not fail like that when it was run again: does "
                    + workload.getClass().getName() + " or its state machine use a clock, random numbers or threads?";
        }
        Plan smaller = new Shrinker(
                        plan,
                        other -> Shrinker.ruleBroken(other, workload),
                        new Shrinker.Limits(MAX_SHRINKING_RUNS, shrinking),
                        step -> {})
                .shrink();
        Path text = directory.resolve(name + ".txt");
        Path picture = directory.resolve(name + ".html");
        Files.writeString(text, "# Broke the rule " + failure.rule() + ".\n" + PlanText.write(smaller));
        Files.writeString(picture, Replay.of(smaller, workload).html());
        return "picture: " + picture.toAbsolutePath() + "\n--- plan of "
                + smaller.items().size() + " items, to keep: " + text.toAbsolutePath();
    }
}
