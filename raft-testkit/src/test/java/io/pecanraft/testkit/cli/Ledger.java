package io.pecanraft.testkit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which seeds are known to be clean at which commit: a text file, one range a line, that only grows. What was run at one
 * commit says nothing about another.
 */
final class Ledger {

    private static final String HEADER = "# commit first-seed last-seed events virtual-milliseconds";

    private final Path file;
    private final String commit;
    private final TreeMap<Long, Long> clean = new TreeMap<>();

    private Ledger(Path file, String commit) {
        this.file = file;
        this.commit = commit;
    }

    static Ledger open(Path file, String commit) throws IOException {
        Ledger ledger = new Ledger(file, commit);
        if (!Files.exists(file)) {
            Files.writeString(file, HEADER + "\n");
        }
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ", -1);
            if (words.length == 5 && words[0].equals(commit)) {
                ledger.add(Long.parseLong(words[1]), Long.parseLong(words[2]));
            }
        }
        return ledger;
    }

    /** Whether every seed of a range is known to be clean. */
    boolean isClean(long first, long last) {
        Map.Entry<Long, Long> range = clean.floorEntry(first);
        return range != null && range.getValue() >= last;
    }

    /** Writes down a clean range. */
    void clean(long first, long last, long events, long virtualMillis) throws IOException {
        String line = commit + " " + first + " " + last + " " + events + " " + virtualMillis;
        Files.write(file, List.of(line), StandardOpenOption.APPEND);
        add(first, last);
    }

    private void add(long first, long last) {
        long from = first;
        long through = last;
        List<Long> merged = new ArrayList<>();
        for (Map.Entry<Long, Long> range : clean.headMap(last + 1, true).entrySet()) {
            if (range.getValue() >= first - 1) {
                from = Math.min(from, range.getKey());
                through = Math.max(through, range.getValue());
                merged.add(range.getKey());
            }
        }
        merged.forEach(clean::remove);
        clean.put(from, through);
    }
}
