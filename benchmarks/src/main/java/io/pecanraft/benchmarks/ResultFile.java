package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.load.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A file of results, one line each, to which runs add. What it holds need not be measured again. */
final class ResultFile {

    private static final String HEADER =
            String.join(",", Cell.CSV_HEADER, Outcome.CSV_HEADER, RunEnvironment.CSV_HEADER);

    private final Path file;

    private ResultFile(Path file) {
        this.file = file;
    }

    /**
     * Opens a file, or begins one.
     *
     * @throws IOException when it cannot be used, or holds something else
     */
    static ResultFile open(Path file) throws IOException {
        if (!Files.exists(file)) {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.writeString(file, HEADER + System.lineSeparator());
        }
        try (Stream<String> lines = Files.lines(file)) {
            if (!lines.findFirst().orElse("").equals(HEADER)) {
                throw new IOException(file + " does not begin with the header of this version's results;"
                        + " choose another file for these: report reads it all the same");
            }
        }
        return new ResultFile(file);
    }

    /** Whether the cell was measured. */
    boolean holds(Cell cell) throws IOException {
        String start = cell.toCsv() + ",";
        try (Stream<String> lines = Files.lines(file)) {
            return lines.anyMatch(line -> line.startsWith(start));
        }
    }

    /** Adds a line for each outcome, all at once, so that a cell is there whole or not at all. */
    void add(Cell cell, List<String> outcomes, RunEnvironment environment) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String outcome : outcomes) {
            lines.append(String.join(",", cell.toCsv(), outcome, environment.toCsv()))
                    .append(System.lineSeparator());
        }
        Files.writeString(file, lines, StandardOpenOption.APPEND);
    }
}
