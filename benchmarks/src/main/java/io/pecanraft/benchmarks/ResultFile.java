package io.pecanraft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A file of results of one kind, one line each, to which commands add. */
final class ResultFile {

    private final Path file;

    private ResultFile(Path file) {
        this.file = file;
    }

    /**
     * Opens a file, or begins one.
     *
     * @param header the names of the columns
     * @throws IOException when it cannot be used, or holds something else
     */
    static ResultFile open(Path file, String header) throws IOException {
        if (!Files.exists(file)) {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.writeString(file, header + System.lineSeparator());
        }
        try (Stream<String> lines = Files.lines(file)) {
            if (!lines.findFirst().orElse("").equals(header)) {
                throw new IOException(file + " does not begin with the columns that this command writes;"
                        + " choose another file for its results (report reads those of earlier versions all the same)");
            }
        }
        return new ResultFile(file);
    }

    /** Whether there is a line that begins with these values. */
    boolean holds(String values) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.anyMatch(line -> line.startsWith(values + ","));
        }
    }

    /** Adds lines, all at once, so that they are there whole or not at all. */
    void add(List<String> lines) throws IOException {
        String separator = System.lineSeparator();
        Files.writeString(file, String.join(separator, lines) + separator, StandardOpenOption.APPEND);
    }
}
