package io.pecanraft.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code report}: a file of results as tables and plots. */
@Command(
        name = "report",
        description = "Turns a file of results into a Markdown file with tables, and plots beside it.",
        mixinStandardHelpOptions = true)
public final class ReportCommand implements Callable<Integer> {

    /** What is drawn: column and title. */
    private static final Map<String, String> PLOTS = Map.of(
            "ops_per_s", "operations per second",
            "p50_us", "latency in microseconds, half of the operations",
            "p99_us", "latency in microseconds, 99 % of the operations",
            "cpu_us_per_op", "CPU microseconds per operation, all processes");

    @Parameters(paramLabel = "RESULTS", description = "A file that run has written.")
    private Path results;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to. Default: report beside the results.")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        List<Result> all = Result.read(results);
        if (all.isEmpty()) {
            throw new IOException(results + " holds no results");
        }
        Path directory = out != null ? out : results.toAbsolutePath().resolveSibling("report");
        Files.createDirectories(directory);
        StringBuilder report = new StringBuilder(Markdown.opening(all));
        for (Section section : Section.of(all)) {
            report.append(Markdown.table(section)).append('\n');
            for (Dimension dimension : Dimension.values()) {
                if (dimension == Dimension.OUTSTANDING || section.variesIn(dimension)) {
                    draw(section, dimension, directory, report);
                }
            }
        }
        Files.writeString(directory.resolve("report.md"), report);
        return 0;
    }

    private static void draw(Section section, Dimension dimension, Path directory, StringBuilder report)
            throws IOException {
        String over = dimension == Dimension.OUTSTANDING ? "" : "-" + dimension.column();
        for (String column : PLOTS.keySet().stream().sorted().toList()) {
            String title = PLOTS.get(column);
            Plot plot = new Plot(title + "; " + section.title(), dimension.title());
            section.curves(dimension, column).forEach(plot::add);
            String name =
                    section.durability() + "-" + section.valueBytes() + over + "-" + column.replace('_', '-') + ".svg";
            Files.writeString(directory.resolve(name), plot.toSvg());
            report.append("![")
                    .append(title)
                    .append(", over ")
                    .append(dimension.title())
                    .append("](")
                    .append(name)
                    .append(")\n");
        }
    }
}
