package io.pecanraft.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the servers of a measurement keep their data; of a name of its own, since all of it is deleted. */
final class DataDirectory {

    private static final String NAME = "benchmark-data";

    private DataDirectory() {}

    /** In the directory that was asked for, or else beside the results. */
    static Path of(@Nullable Path asked, Path results) {
        return asked != null ? asked.resolve(NAME) : results.toAbsolutePath().resolveSibling(NAME);
    }

    /** Deletes everything in it, if it is there. */
    static void delete(Path data) throws IOException {
        if (!Files.exists(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder()).forEach(DataDirectory::deleteOne);
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
