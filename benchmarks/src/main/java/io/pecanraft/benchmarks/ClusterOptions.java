package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of all commands that start clusters: of which systems, where they keep their data, and how Java runs them. */
final class ClusterOptions {

    @Option(
            names = "--system",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "pecanraft",
            description = "Which systems, in this order. Default: ${DEFAULT-VALUE}.")
    private List<String> systems;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "On the disk that is to be measured: the servers keep their data in a directory benchmark-data there,",
                "which is deleted before each cluster is started. Default: where the results are."
            })
    private @Nullable Path data;

    @Option(
            names = "--java-options",
            paramLabel = "OPTIONS",
            defaultValue = "-Xms1g -Xmx1g",
            description = "For all processes, of whatever system. Default: ${DEFAULT-VALUE}.")
    private String javaOptions;

    /**
     * Which systems.
     *
     * @throws IllegalArgumentException when one is not known
     */
    List<BenchmarkedSystem> systems() {
        return systems.stream().map(Systems::of).toList();
    }

    /** Where servers keep their data. */
    Path data(Path results) {
        return DataDirectory.of(data, results);
    }

    /** Words for the command line of Java. */
    List<String> javaOptions() {
        return javaOptions.isBlank() ? List.of() : List.of(javaOptions.trim().split("\\s+", -1));
    }
}
