package io.pecanraft.benchmarks.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What can be compared: one durability and one length of values. Systems that keep nothing stand beside all, marked as such.
 *
 * @param durability "power-loss", "process-crash", or "none" where nothing else was measured
 * @param valueBytes the length of values
 * @param results in the order of the file
 */
record Section(String durability, int valueBytes, List<Result> results) {

    /** What makes a row of the table, from left to right, beside the system. */
    static final List<String> CELL_COLUMNS = List.of("operation", "nodes", "groups", "mode", "outstanding");

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
                .filter(result -> result.text("durability").equals(durability)
                        || result.text("durability").equals(NONE))
                .toList();
    }

    /** The rows, in the order of the file: of each cell of each system what its rounds have found. */
    Collection<List<Result>> rows() {
        Map<String, Map<List<String>, List<Result>>> bySystem = new LinkedHashMap<>();
        for (Result result : results) {
            List<String> cell = CELL_COLUMNS.stream().map(result::text).toList();
            bySystem.computeIfAbsent(result.system(), system -> new LinkedHashMap<>())
                    .computeIfAbsent(cell, each -> new ArrayList<>())
                    .add(result);
        }
        return bySystem.values().stream()
                .flatMap(cells -> cells.values().stream())
                .toList();
    }

    /** Whether there is a curve over it: results differ in it. */
    boolean variesIn(Dimension dimension) {
        return results.stream()
                        .map(result -> result.whole(dimension.column()))
                        .distinct()
                        .count()
                > 1;
    }

    /** Of a figure in the closed loop, a line for each system and whatever else results differ in, over a dimension. */
    Map<String, NavigableMap<Integer, Summary>> curves(Dimension dimension, String column) {
        return results.stream()
                .filter(result -> result.text("mode").equals("closed"))
                .collect(Collectors.groupingBy(
                        result -> result.labelBeside(dimension),
                        LinkedHashMap::new,
                        Collectors.groupingBy(
                                result -> result.whole(dimension.column()),
                                TreeMap::new,
                                Collectors.collectingAndThen(
                                        Collectors.toList(), rounds -> Summary.of(rounds, column)))));
    }

    String title() {
        return durability + ", values of " + valueBytes + " bytes";
    }
}
