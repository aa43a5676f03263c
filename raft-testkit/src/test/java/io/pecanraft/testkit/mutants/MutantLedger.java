package io.pecanraft.testkit.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has been measured of which mutant, a line of text each; for one commit and one limit, and begun anew for any other. */
final class MutantLedger {

    /** More seeds than any. */
    static final int NOT_FOUND = Integer.MAX_VALUE;

    private final Path file;
    private final Map<String, Line> lines = new LinkedHashMap<>();

    /**
     * What is known of one mutant.
     *
     * @param tries how many seeds it took from each first seed; {@link #NOT_FOUND} when the limit came first
     * @param finders the rules that were broken
     */
    record Line(String name, List<Integer> tries, List<String> finders) {

        String text() {
            List<String> words = new ArrayList<>(List.of(name));
            tries.forEach(count -> words.add(count == NOT_FOUND ? "-" : count.toString()));
            words.addAll(finders);
            return String.join(" ", words) + "\n";
        }

        private static Line of(String text, int bases) {
            List<String> words = List.of(text.split(" ", -1));
            return new Line(
                    words.get(0),
                    words.subList(1, 1 + bases).stream()
                            .map(count -> count.equals("-") ? NOT_FOUND : Integer.valueOf(count))
                            .toList(),
                    words.subList(1 + bases, words.size()));
        }
    }

    private MutantLedger(Path file) {
        this.file = file;
    }

    /** Reads what there is, if it is of this commit and limit. */
    static MutantLedger open(Path file, String commit, int limit, int bases) throws IOException {
        MutantLedger ledger = new MutantLedger(file);
        String heading = "# " + commit + ", at most " + limit + " seeds";
        List<String> text = Files.exists(file) ? Files.readAllLines(file) : List.of();
        if (text.isEmpty() || !text.get(0).equals(heading)) {
            Files.writeString(file, heading + "\n");
            return ledger;
        }
        text.stream().skip(1).map(line -> Line.of(line, bases)).forEach(line -> ledger.lines.put(line.name(), line));
        return ledger;
    }

    Optional<Line> find(String name) {
        return Optional.ofNullable(lines.get(name));
    }

    void add(Line line) throws IOException {
        lines.put(line.name(), line);
        Files.writeString(file, line.text(), StandardOpenOption.APPEND);
    }
}
