package io.pecanraft.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tables. */
final class Markdown {

    private static final List<String> COLUMNS =
            List.of("ops_per_s", "p50_us", "p99_us", "p999_us", "max_us", "cpu_us_per_op", "bytes_per_op", "peak_mb");

    private Markdown() {}

    /** What was measured where; over all tables. */
    static String opening(List<Result> results) {
        return "# Results\n\n"
                + results.size() + " results, " + distinct(results, "round") + " rounds; JDK "
                + values(results, "jdk") + "; commit " + values(results, "commit") + "; from "
                + results.get(0).text("date") + " to "
                + results.get(results.size() - 1).text("date") + "; load of the machine before a cell from "
                + String.format(Locale.ROOT, "%.1f to %.1f", extreme(results, false), extreme(results, true))
                + ".\n\nMedians of the rounds, with the least and the greatest where there are several. Times in microseconds; CPU, "
                + "without the JIT compiler, and bytes written are those of all processes.\n";
    }

    /** The table of a section. */
    static String table(Section section) {
        StringBuilder table = new StringBuilder()
                .append("\n## ")
                .append(section.title())
                .append(
                        "\n\n| system | operation | nodes | groups | loop | outstanding | ops/s | p50 | p99 | p99.9 | max | CPU µs/op | bytes/op | peak MB |\n")
                .append("|---|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        for (List<Result> row : section.rows()) {
            Result any = row.get(0);
            table.append("| ").append(any.system());
            for (String column : Section.CELL_COLUMNS) {
                table.append(" | ").append(any.text(column));
            }
            for (String column : COLUMNS) {
                table.append(" | ").append(Summary.of(row, column));
            }
            table.append(" |\n");
        }
        return table.toString();
    }

    private static long distinct(List<Result> results, String column) {
        return results.stream().map(result -> result.text(column)).distinct().count();
    }

    private static String values(List<Result> results, String column) {
        return results.stream().map(result -> result.text(column)).distinct().collect(Collectors.joining(", "));
    }

    private static double extreme(List<Result> results, boolean greatest) {
        Summary load =
                Summary.of(results.stream().map(result -> result.number("load")).toList());
        return greatest ? load.greatest() : load.least();
    }
}
