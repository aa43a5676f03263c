package io.pecanraft.benchmarks.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What can be compared: one durability and one length of values. Systems that keep nothing stand beside all, marked as such.
 *
 * @param durability "power-loss", "process-crash", or "none" where nothing else was measured
 * @param valueBytes the length of values
 * @param results in the order of the file
 */
record Section(String durability, int valueBytes, List<Result> results) {

    private static final String NONE = "none";

    /** The sections of a file. */
    static List<Section> of(List<Result> results) {
        Set<String> durabilities = new LinkedHashSet<>();
        NavigableMap<Integer, List<Result>> byValue = new TreeMap<>();
        for (Result result : results) {
            durabilities.add(result.text("durability"));
            byValue.computeIfAbsent(result.whole("value"), bytes -> new ArrayList<>())
                    .add(result);
        }
        if (durabilities.size() > 1) {
            durabilities.remove(NONE);
        }
        List<Section> sections = new ArrayList<>();
        for (String durability : durabilities) {
            byValue.forEach((value, all) -> sections.add(new Section(durability, value, shown(all, durability))));
        }
        return sections;
    }

    private static List<Result> shown(List<Result> results, String durability) {
        return results.stream()
                .filter(result -> Set.of(durability, NONE).contains(result.text("durability")))
                .toList();
    }

    /** In the order of the file. */
    Collection<String> labels() {
        Set<String> labels = new LinkedHashSet<>();
        results.forEach(result -> labels.add(result.label()));
        return labels;
    }

    /** A figure of a system in the closed loop, by the operations under way. */
    NavigableMap<Integer, Summary> closed(String label, String column) {
        NavigableMap<Integer, List<Double>> values = new TreeMap<>();
        for (Result result : results) {
            if (result.label().equals(label) && result.text("mode").equals("closed")) {
                values.computeIfAbsent(result.whole("outstanding"), count -> new ArrayList<>())
                        .add(result.number(column));
            }
        }
        NavigableMap<Integer, Summary> summaries = new TreeMap<>();
        values.forEach((count, rounds) -> summaries.put(count, Summary.of(rounds)));
        return summaries;
    }

    /** The cells of a system, each once: mode and operations under way. */
    Collection<List<String>> cells(String label) {
        Set<List<String>> cells = new LinkedHashSet<>();
        for (Result result : results) {
            if (result.label().equals(label)) {
                cells.add(List.of(result.text("mode"), result.text("outstanding")));
            }
        }
        return cells;
    }

    /** A figure of a cell. */
    Summary summary(String label, List<String> cell, String column) {
        return Summary.of(results.stream()
                .filter(result -> result.label().equals(label)
                        && cell.equals(List.of(result.text("mode"), result.text("outstanding"))))
                .map(result -> result.number(column))
                .toList());
    }

    String title() {
        return durability + ", values of " + valueBytes + " bytes";
    }
}
