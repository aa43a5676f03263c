package io.pecanraft.testkit.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Measures from three first seeds how many seeds each mutant takes, and writes that down as a page. */
public final class MutantTable {

    private static final long[] BASES = {0, 1_000_000, 2_000_000};
    private static final long SECOND = 1_000_000_000L;

    private final int limit;
    private final List<String> rows = new ArrayList<>();
    private int starred;
    private int starredKilled;
    private int killed;
    private int all;

    private MutantTable(int limit) {
        this.limit = limit;
    }

    /**
     * Measures the mutants whose names contain a text and writes the page.
     *
     * @param limit how many seeds to try from each base where the budget would allow more
     * @param commit what was measured, for the page
     * @return whether each of them was found from every base
     */
    public static boolean write(String only, int limit, String commit, Path page)
            throws IOException, ReflectiveOperationException {
        MutantTable table = new MutantTable(limit);
        long started = System.nanoTime();
        List<Mutant> mutants = Mutant.all().stream()
                .filter(mutant -> mutant.name().contains(only))
                .sorted(Comparator.comparing((Mutant mutant) -> mutant.id().isEmpty())
                        .thenComparing(Mutant::id)
                        .thenComparing(Mutant::name))
                .toList();
        for (Mutant mutant : mutants) {
            table.measure(mutant);
        }
        Files.writeString(page, table.page(commit, (System.nanoTime() - started) / SECOND));
        return table.killed == table.all;
    }

    private void measure(Mutant mutant) throws ReflectiveOperationException {
        MutantHunt hunt = new MutantHunt(mutant);
        int most = Math.min(limit, mutant.budget().seeds);
        List<Integer> tries = new ArrayList<>();
        Set<String> finders = new TreeSet<>();
        for (long base : BASES) {
            tries.add(seedsToKill(mutant, hunt, base, most, finders));
        }
        tries.sort(null);
        boolean found = tries.get(tries.size() - 1) <= most;
        all++;
        killed += found ? 1 : 0;
        starred += mutant.starred() ? 1 : 0;
        starredKilled += mutant.starred() && found ? 1 : 0;
        rows.add("| %s | %s: %s | %s, %,d | %s | %s | %s |"
                .formatted(
                        mutant.id() + (mutant.starred() ? "\\*" : ""),
                        mutant,
                        mutant.why(),
                        mutant.budget(),
                        mutant.budget().seeds,
                        count(tries.get(tries.size() / 2), most),
                        count(tries.get(tries.size() - 1), most),
                        finders.isEmpty() ? "" : "`" + String.join("`, `", finders) + "`"));
        System.out.println(rows.get(rows.size() - 1));
    }

    /** How many seeds it took from a base; more than {@code most} for not found. */
    private static int seedsToKill(Mutant mutant, MutantHunt hunt, long base, int most, Set<String> finders)
            throws ReflectiveOperationException {
        for (int i = 1; i <= most; i++) {
            Optional<String> rule = hunt.ruleBroken(base + i).filter(mutant.expected()::contains);
            if (rule.isPresent()) {
                hunt.passesUnbroken(base + i);
                finders.add(rule.get());
                return i;
            }
        }
        return most + 1;
    }

    private static String count(int tries, int most) {
        return tries <= most ? "%,d".formatted(tries) : "> %,d".formatted(most);
    }

    private String page(String commit, long seconds) {
        return """
                # Mutants

                Known bugs, put into the library one at a time, and after how many seeds the simulator notices. Written by
                `raft-testkit/sim mutants --table docs/mutants.md --limit %1$d` at commit %2$s, in %3$,d s; not by hand.

                Each is looked for from three first seeds (1, 1,000,001 and 2,000,001), up to its budget or %1$,d seeds, whichever is
                less: "> n" was not found among n seeds from at least one of them, or two for the median, which is not to say that its
                budget would not do. Found means: by a check that its file names, with a seed that the unbroken library passes. A star
                marks those that no release may let survive. How each build uses them: [testing](testing.md#are-the-checkers-alive).

                From all three first seeds were found: **%4$d of %5$d**; of the starred ones **%6$d of %7$d**.

                | id | bug: rule that it breaks | class, budget | seeds, median | worst | found by |
                |---|---|---|---|---|---|
                %8$s
                """.formatted(limit, commit, seconds, killed, all, starredKilled, starred, String.join("\n", rows));
    }
}
