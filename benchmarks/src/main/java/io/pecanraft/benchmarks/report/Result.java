package io.pecanraft.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A line of a file of results, by the names of its columns. */
final class Result {

    /** What results have in common that were written before there was a column for it. */
    private static final Map<String, String> USUAL = Map.of("nodes", "3", "groups", "1", "operation", "write");

    private final Map<String, String> values;

    private Result(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a file of results.
     *
     * @throws IOException when it cannot be read, or a line has another number of values than the first has names
     */
    static List<Result> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty()) {
            throw new IOException(file + " is empty");
        }
        String[] names = lines.get(0).split(",", -1);
        List<Result> results = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(",", -1);
            if (fields.length != names.length) {
                throw new IOException(
                        file + ", line " + (i + 1) + ": " + fields.length + " values for " + names.length + " columns");
            }
            Map<String, String> values = new HashMap<>(USUAL);
            for (int j = 0; j < names.length; j++) {
                values.put(names[j], fields[j]);
            }
            results.add(new Result(values));
        }
        return results;
    }

    String text(String column) {
        String value = values.get(column);
        if (value == null) {
            throw new IllegalArgumentException("the results have no column " + column);
        }
        return value;
    }

    double number(String column) {
        return Double.parseDouble(text(column));
    }

    int whole(String column) {
        return Integer.parseInt(text(column));
    }

    /** The system, with its durability where that is none. */
    String system() {
        String name = text("system") + " " + text("version");
        return text("durability").equals("none") ? name + " (keeps nothing)" : name;
    }

    /** Of the line that this is a point of, when it is drawn over a dimension: the system, and what else is not as usual. */
    String labelBeside(Dimension drawnOver) {
        StringBuilder label = new StringBuilder(system());
        if (!text("operation").equals(USUAL.get("operation"))) {
            label.append(", ").append(text("operation"));
        }
        for (Dimension other : List.of(Dimension.NODES, Dimension.GROUPS)) {
            String value = text(other.column());
            if (drawnOver != other && !value.equals(USUAL.get(other.column()))) {
                label.append(", ").append(value).append(' ').append(other.column());
            }
        }
        if (drawnOver != Dimension.OUTSTANDING) {
            label.append(", W=").append(text("outstanding"));
        }
        return label.toString();
    }
}
