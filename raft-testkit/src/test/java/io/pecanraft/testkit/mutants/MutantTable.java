package io.pecanraft.testkit.mutants;

import io.pecanraft.testkit.SimulationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Measures from three first seeds how many seeds each mutant takes, in the workload that it names, and writes that down as a page.
 * What was measured is kept in a {@link MutantLedger}, so a measurement that was stopped goes on.
 */
public final class MutantTable {

    private static final long[] BASES = {0, 1_000_000, 2_000_000};

    private final int limit;
    private final List<Mutant> mutants;
    private final MutantLedger ledger;

    private MutantTable(int limit, List<Mutant> mutants, MutantLedger ledger) {
        this.limit = limit;
        this.mutants = mutants;
        this.ledger = ledger;
    }

    /**
     * Measures the mutants whose names contain a text and writes the page.
     *
     * @param limit how many seeds to try from each base where the budget would allow more
     * @param jobs how many mutants are measured at a time
     * @param commit what was measured; a ledger of another commit is begun anew
     * @param ledgerFile where it is noted what has been measured
     * @return whether each of them was found from every base
     */
    public static boolean write(String only, int limit, int jobs, String commit, Path ledgerFile, Path page)
            throws IOException, InterruptedException, ExecutionException {
        List<Mutant> mutants = Mutant.all().stream()
                .filter(mutant -> mutant.name().contains(only))
                .sorted(Comparator.comparing((Mutant mutant) -> !mutant.starred())
                        .thenComparing(mutant -> mutant.id().isEmpty())
                        .thenComparing(Mutant::id)
                        .thenComparing(Mutant::name))
                .toList();
        MutantLedger ledger = MutantLedger.open(ledgerFile, commit, limit, BASES.length);
        MutantTable table = new MutantTable(limit, mutants, ledger);
        ExecutorService workers = Executors.newFixedThreadPool(jobs);
        try {
            CompletionService<MutantLedger.Line> measuring = new ExecutorCompletionService<>(workers);
            List<Mutant> missing = mutants.stream()
                    .filter(mutant -> ledger.find(mutant.name()).isEmpty())
                    .toList();
            missing.forEach(mutant -> measuring.submit(() -> table.measured(mutant)));
            for (int i = 0; i < missing.size(); i++) {
                MutantLedger.Line line = measuring.take().get();
                ledger.add(line);
                System.out.print(line.text());
                // Whoever stops it here has a page of what was measured.
                Files.writeString(page, table.page(commit));
            }
        } finally {
            workers.shutdownNow();
        }
        Files.writeString(page, table.page(commit));
        System.out.println(table.summary());
        return mutants.stream().allMatch(table::foundFromAll);
    }

    private int most(Mutant mutant) {
        return Math.min(limit, mutant.budget().seeds);
    }

    private MutantLedger.Line measured(Mutant mutant) throws ReflectiveOperationException {
        MutantHunt hunt = new MutantHunt(mutant);
        List<Integer> tries = new ArrayList<>();
        Set<String> finders = new TreeSet<>();
        for (long base : BASES) {
            tries.add(seedsToKill(mutant, hunt, base, finders));
        }
        return new MutantLedger.Line(mutant.name(), tries, List.copyOf(finders));
    }

    /** How many seeds it took from a base; {@link MutantLedger#NOT_FOUND} when the limit came first. */
    private int seedsToKill(Mutant mutant, MutantHunt hunt, long base, Set<String> finders)
            throws ReflectiveOperationException {
        for (int i = 1; i <= most(mutant); i++) {
            Optional<String> rule = hunt.ruleBroken(base + i).filter(mutant.expected()::contains);
            if (rule.isPresent() && passesUnbroken(mutant, hunt, base + i)) {
                finders.add(rule.get());
                return i;
            }
        }
        return MutantLedger.NOT_FOUND;
    }

    /** A seed that the library fails by itself has found no mutant, but something else. */
    private static boolean passesUnbroken(Mutant mutant, MutantHunt hunt, long seed) {
        try {
            hunt.passesUnbroken(seed);
            return true;
        } catch (SimulationFailure failure) {
            System.out.println("A BUG: without any mutant, seed " + seed + " of the workload " + mutant.workload()
                    + " breaks " + failure.rule());
            return false;
        }
    }

    private List<Integer> tries(Mutant mutant) {
        return ledger.find(mutant.name()).orElseThrow().tries();
    }

    private boolean foundFromAll(Mutant mutant) {
        return !tries(mutant).contains(MutantLedger.NOT_FOUND);
    }

    private boolean foundFromAny(Mutant mutant) {
        return tries(mutant).stream().anyMatch(tries -> tries != MutantLedger.NOT_FOUND);
    }

    private List<Mutant> measured() {
        return mutants.stream()
                .filter(mutant -> ledger.find(mutant.name()).isPresent())
                .toList();
    }

    private String summary() {
        List<Mutant> measured = measured();
        List<Mutant> starred = measured.stream().filter(Mutant::starred).toList();
        int missing = mutants.size() - measured.size();
        return "Killed from all three first seeds (from any of them): starred **%s**, all **%s**%s."
                .formatted(
                        killed(starred),
                        killed(measured),
                        missing == 0 ? "" : "; %d others have not been measured".formatted(missing));
    }

    private String killed(List<Mutant> of) {
        long fromAll = of.stream().filter(this::foundFromAll).count();
        long fromAny = of.stream().filter(this::foundFromAny).count();
        return "%d (%d) of %d".formatted(fromAll, fromAny, of.size());
    }

    private String row(Mutant mutant) {
        MutantLedger.Line line = ledger.find(mutant.name()).orElseThrow();
        String each = line.tries().stream().map(tries -> count(mutant, tries)).collect(Collectors.joining(" | "));
        int median = line.tries().stream().sorted().toList().get(BASES.length / 2);
        return "| %s | [%s](../raft-testkit/src/test/resources/mutants/%s.txt) | %s | %s | %s | %s | %s |"
                .formatted(
                        mutant.id() + (mutant.starred() ? "\\*" : ""),
                        mutant,
                        mutant.name(),
                        mutant.workload().toString(),
                        mutant.budget(),
                        each,
                        count(mutant, median),
                        line.finders().stream().map(rule -> "`" + rule + "`").collect(Collectors.joining(", ")));
    }

    private String count(Mutant mutant, int tries) {
        return tries == MutantLedger.NOT_FOUND ? "> %,d".formatted(most(mutant)) : "%,d".formatted(tries);
    }

    private String page(String commit) {
        return """
                # Mutants

                Known bugs, put into the library one at a time, and how many seeds the simulator takes to notice. %s

                Each is looked for in the workload that its file names, from three first seeds, up to its budget (A %,d seeds, B %,d,
                C %,d) or %,d, whichever is less; "> n" means not among n, which is not to say that the budget would not do. Found
                means: by a check that the file names, with a seed that the unbroken library passes. A star: no release while it
                survives. Those of the storage have [a page of their own](storage-mutants.md). Every build demands all of them, but may
                begin with a seed that is known to do it ([testing](testing.md#are-the-checkers-alive)).

                Written by `raft-testkit/sim mutants --table docs/mutants.md --limit %d` at commit %s.

                | id | bug | workload | class | from 1 | from 1,000,001 | from 2,000,001 | median | found by |
                |---|---|---|---|---:|---:|---:|---:|---|
                %s
                """.formatted(
                        summary(),
                        Mutant.Budget.A.seeds,
                        Mutant.Budget.B.seeds,
                        Mutant.Budget.C.seeds,
                        limit,
                        limit,
                        commit,
                        measured().stream().map(this::row).collect(Collectors.joining("\n")));
    }
}
