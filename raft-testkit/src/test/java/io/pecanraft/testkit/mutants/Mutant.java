package io.pecanraft.testkit.mutants;

import io.pecanraft.testkit.mutation.MutantLoader;
import io.pecanraft.testkit.mutation.SourceMutant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A bug to be put into the protocol or its driver, and where the simulator is to look for it.
 *
 * @param source the bug itself
 * @param budget within how many seeds, from any first seed, it is to be found; {@code budget: A}
 * @param expected the short names of the rules that may find it; {@code expect: rules}
 * @param workload where it is looked for; {@code plan: churn}, {@code late-votes}, {@code late-answers},
 *     {@code upgrade}, {@code overload}, {@code groups} or {@code damaged-logs}
 * @param seeds within how many seeds, from the first, each build must find it, which is no more than its budget; {@code seeds: n}
 * @param tryFirst a seed that found it before, to be quick; 0 for none; {@code try: seed}
 */
record Mutant(SourceMutant source, Budget budget, List<String> expected, Workload workload, int seeds, long tryFirst) {

    /** How rare the circumstances are that a bug needs. */
    enum Budget {
        /** Any run in which servers fail. */
        A(100),
        /** A certain fault at a certain time. */
        B(2_000),
        /** Several of them, in the right order. */
        C(20_000);

        final int seeds;

        Budget(int seeds) {
            this.seeds = seeds;
        }
    }

    /** What the simulated cluster is put through. */
    enum Workload {
        /** Faults and clients. */
        SWARM,
        /** Servers that come, go and move besides. */
        CHURN,
        /** Votes that are late, and nothing else that goes wrong. */
        LATE_VOTES,
        /** Leaders that are cut off while what was said to them is late, and nothing else that goes wrong. */
        LATE_ANSWERS,
        /** Rolling upgrades. */
        UPGRADE,
        /** More calls than the cluster can answer. */
        OVERLOAD,
        /** Several groups of which one fails. */
        GROUPS,
        /** Logs that are damaged where no leader can send what they lack. */
        DAMAGED_LOGS;

        /** As the files of mutants name it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final int USUAL_SEEDS = 200;

    private static final Path MUTANTS = Path.of("src/test/resources/mutants");
    private static final Path SOURCES = Path.of("../raft-core/src/main/java");
    private static final Set<String> WORDS = Set.of("id", "budget", "expect", "plan", "seeds", "try");

    static List<Mutant> all() throws IOException {
        return SourceMutant.all(MUTANTS, SOURCES).stream().map(Mutant::of).toList();
    }

    private static Mutant of(SourceMutant source) {
        if (!WORDS.containsAll(source.settings().keySet())) {
            throw new IllegalArgumentException(
                    source.name() + " says " + source.settings().keySet() + ", of which only " + WORDS + " are known");
        }
        Budget budget = Budget.valueOf(source.setting("budget", Budget.B.name()));
        int seeds = Integer.parseInt(source.setting("seeds", Integer.toString(Math.min(USUAL_SEEDS, budget.seeds))));
        if (seeds > budget.seeds) {
            throw new IllegalArgumentException(
                    source.name() + " may take " + seeds + " seeds, more than the " + budget.seeds + " of its budget");
        }
        return new Mutant(
                source,
                budget,
                List.of(source.setting("expect", "").split(" ")),
                Workload.valueOf(source.setting("plan", Workload.SWARM.name())
                        .toUpperCase(Locale.ROOT)
                        .replace('-', '_')),
                seeds,
                Long.parseLong(source.setting("try", "0")));
    }

    String name() {
        return source.name();
    }

    String id() {
        return source.id();
    }

    boolean starred() {
        return source.starred();
    }

    String why() {
        return source.why();
    }

    /** The library once more, with this bug. */
    ClassLoader loader() {
        return MutantLoader.of(source, "io.pecanraft.");
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
