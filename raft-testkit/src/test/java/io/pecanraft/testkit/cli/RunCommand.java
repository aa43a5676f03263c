package io.pecanraft.testkit.cli;

import io.pecanraft.testkit.ErrorLines;
import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.swarm.Outcome;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs many seeds, skips those that the ledger knows to be clean, and writes down those that are. */
@Command(name = "run", description = "Runs many seeds. Can be stopped at any time and goes on where it was.")
final class RunCommand implements Callable<Integer> {

    private static final int CHUNK = 100;
    private static final long SECOND = 1_000_000_000L;

    @Option(names = "--seeds", defaultValue = "1000", description = "how many; default ${DEFAULT-VALUE}")
    long seeds;

    @Option(names = "--from", defaultValue = "1", description = "the first; default ${DEFAULT-VALUE}")
    long from;

    @Option(names = "--jobs", defaultValue = "2", description = "how many at a time; default ${DEFAULT-VALUE}")
    int jobs;

    @Option(names = "--churn", description = "servers come and go besides; the ledger keeps these apart")
    boolean churn;

    @Option(names = "--commit", required = true, description = "what is being run; the launcher says it")
    String commit;

    @Option(names = "--ledger", defaultValue = "ledger.txt", description = "where clean seeds are written down")
    Path ledgerFile;

    private final List<String> failures = new ArrayList<>();
    private long cleanSeeds;
    private long events;
    private long virtualMillis;
    private long startedNanos;
    private long shownNanos;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Ledger ledger = Ledger.open(ledgerFile, commit + (churn ? "+churn" : ""));
        ExecutorService pool = Executors.newFixedThreadPool(jobs);
        startedNanos = System.nanoTime();
        try {
            for (long first = from; first < from + seeds; first += CHUNK) {
                long through = Math.min(first + CHUNK, from + seeds) - 1;
                if (ledger.isClean(first, through)) {
                    System.out.printf("seeds %d to %d are clean by the ledger%n", first, through);
                } else {
                    chunk(pool, ledger, first, through);
                }
            }
        } finally {
            pool.shutdownNow();
        }
        System.out.printf(
                "%n%s: %,d seeds clean, %d failed; %,d events, %.2f virtual days, %,.0f events/s over %d jobs%n",
                commit, cleanSeeds, failures.size(), events, virtualMillis / 86_400_000.0, events / seconds(), jobs);
        failures.forEach(System.out::println);
        return failures.isEmpty() ? 0 : 1;
    }

    private void chunk(ExecutorService pool, Ledger ledger, long first, long through)
            throws IOException, InterruptedException {
        List<Future<Outcome>> runs = new ArrayList<>();
        for (long seed = first; seed <= through; seed++) {
            long one = seed;
            runs.add(pool.submit(() -> ErrorLines.demandNone(
                    shrink(one), () -> Simulation.run(churn ? Plan.withChurn(one) : Plan.of(one), shrink(one)))));
        }
        long chunkEvents = 0;
        long chunkMillis = 0;
        int failedBefore = failures.size();
        for (int i = 0; i < runs.size(); i++) {
            try {
                Outcome outcome = runs.get(i).get();
                chunkEvents += outcome.events();
                chunkMillis += outcome.virtualMillis();
                events += outcome.events();
                virtualMillis += outcome.virtualMillis();
                cleanSeeds++;
            } catch (ExecutionException e) {
                failed(first + i, e.getCause());
            }
            show(first + i);
        }
        if (failures.size() == failedBefore) {
            ledger.clean(first, through, chunkEvents, chunkMillis);
        }
    }

    private String shrink(long seed) {
        return "raft-testkit/sim shrink --seed " + seed + (churn ? " --churn" : "");
    }

    private void failed(long seed, Throwable cause) {
        String what = cause instanceof SimulationFailure failure ? failure.summary() : "the simulator failed: " + cause;
        failures.add("seed " + seed + " failed: " + shrink(seed));
        System.out.printf("%nseed %d failed%n%s%n", seed, what);
    }

    private void show(long seed) {
        long now = System.nanoTime();
        if (now - shownNanos < SECOND) {
            return;
        }
        shownNanos = now;
        double rate = (cleanSeeds + failures.size()) / seconds();
        long left = from + seeds - 1 - seed;
        System.out.printf(
                "\rseed %d, %.1f seeds/s, %,.0f events/s, %d failed, %s left   ",
                seed, rate, events / seconds(), failures.size(), time(rate > 0 ? (long) (left / rate) : 0));
        System.out.flush();
    }

    private double seconds() {
        return Math.max(1e-3, (System.nanoTime() - startedNanos) / 1e9);
    }

    private static String time(long seconds) {
        return seconds >= 3_600
                ? seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min"
                : seconds >= 60 ? seconds / 60 + " min" : seconds + " s";
    }
}
