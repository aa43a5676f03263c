package io.pecanraft.testkit.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A bug to be put into the library.
 *
 * @param name the name of its file
 * @param id its number in the list of known bugs of Raft implementations; empty for one of our own
 * @param starred whether a release must not go out while it survives
 * @param budget within how many seeds, from any first seed, it is to be found
 * @param why the rule that it breaks, in words
 * @param expected the short names of the rules that may find it
 * @param workload where it is looked for
 * @param seeds within how many seeds, from the first, each build must find it
 * @param tryFirst a seed that found it before, to be quick; 0 for none
 * @param sources the changed source files: path below {@code raft-core/src/main/java} to text
 */
record Mutant(
        String name,
        String id,
        boolean starred,
        Budget budget,
        String why,
        List<String> expected,
        Workload workload,
        int seeds,
        long tryFirst,
        Map<String, String> sources) {

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
        /** Servers that come and go besides. */
        CHURN,
        /** Rolling upgrades. */
        UPGRADE
    }

    private static final Path MUTANTS = Path.of("src/test/resources/mutants");
    private static final Path SOURCES = Path.of("../raft-core/src/main/java");

    static List<Mutant> all() throws IOException {
        try (Stream<Path> files = Files.list(MUTANTS)) {
            return files.sorted().map(Mutant::read).toList();
        }
    }

    private static Mutant read(Path file) {
        try {
            return new Parser(file.getFileName().toString(), Files.readAllLines(file)).parse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name.replace(".txt", "").replace('-', ' ');
    }

    /** Lines: {@code # why}, {@code id: M01*} (a star: starred), {@code budget: A}, {@code expect: rules}, {@code plan: churn} or {@code upgrade}, {@code seeds: n}, {@code try: seed}, then {@code file:}, {@code --- old}, {@code --- new}, {@code ---} ... */
    private static final class Parser {

        private final String name;
        private final List<String> lines;
        private final StringBuilder why = new StringBuilder();
        private final Map<String, String> sources = new LinkedHashMap<>();
        private String id = "";
        private Budget budget = Budget.B;
        private List<String> expected = List.of();
        private Workload workload = Workload.SWARM;
        private int seeds = 200;
        private long tryFirst;
        private int at;

        Parser(String name, List<String> lines) {
            this.name = name;
            this.lines = lines;
        }

        Mutant parse() throws IOException {
            String file = "";
            while (at < lines.size()) {
                String line = lines.get(at++);
                if (line.startsWith("#")) {
                    why.append(why.isEmpty() ? "" : " ")
                            .append(line.substring(1).strip());
                } else if (line.startsWith("id:")) {
                    id = valueOf(line);
                } else if (line.startsWith("budget:")) {
                    budget = Budget.valueOf(valueOf(line));
                } else if (line.startsWith("expect:")) {
                    expected = List.of(valueOf(line).split(" "));
                } else if (line.startsWith("plan:")) {
                    workload = Workload.valueOf(valueOf(line).toUpperCase(Locale.ROOT));
                } else if (line.startsWith("seeds:")) {
                    seeds = Integer.parseInt(valueOf(line));
                } else if (line.startsWith("try:")) {
                    tryFirst = Long.parseLong(valueOf(line));
                } else if (line.startsWith("file:")) {
                    file = valueOf(line);
                } else if (line.equals("--- old")) {
                    replace(file, block("--- new"), block("---"));
                } else if (!line.isBlank()) {
                    throw new IllegalArgumentException(name + ":" + at + ": not understood: " + line);
                }
            }
            return new Mutant(
                    name,
                    id.replace("*", ""),
                    id.endsWith("*"),
                    budget,
                    why.toString(),
                    expected,
                    workload,
                    seeds,
                    tryFirst,
                    sources);
        }

        private static String valueOf(String line) {
            return line.substring(line.indexOf(':') + 1).strip();
        }

        private String block(String end) {
            List<String> block = new ArrayList<>();
            while (!lines.get(at).equals(end)) {
                block.add(lines.get(at++));
            }
            at++;
            return String.join("\n", block);
        }

        private void replace(String file, String oldText, String newText) throws IOException {
            String source = sources.containsKey(file) ? sources.get(file) : Files.readString(SOURCES.resolve(file));
            int first = source.indexOf(oldText);
            if (first < 0 || source.indexOf(oldText, first + 1) >= 0) {
                throw new AssertionError("mutant " + name + " is stale: its old text occurs "
                        + (first < 0 ? "nowhere" : "more than once") + " in " + file + "; renew it:\n" + oldText);
            }
            sources.put(file, source.replace(oldText, newText));
        }
    }
}
