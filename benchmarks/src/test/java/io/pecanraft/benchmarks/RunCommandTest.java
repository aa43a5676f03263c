package io.pecanraft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Not how fast anything is; that a measurement still runs from end to end. */
class RunCommandTest {

    private static final int COLUMNS = 19;

    @TempDir
    Path directory;

    @Test
    void measuresOurOwnSystemInBothLoopsAndDoesNotMeasureItTwice() throws IOException {
        Path results = directory.resolve("results.csv");
        assertThat(run(results)).isZero();
        List<String> lines = Files.readAllLines(results);
        assertThat(lines)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(COLUMNS));
        assertThat(lines.get(1)).startsWith("pecanraft,").contains(",process-crash,16,8,1,closed,");
        assertThat(lines.get(2)).contains(",process-crash,16,8,1,open-50,");
        assertThat(directory.resolve("benchmark-data")).doesNotExist();

        assertThat(run(results)).isZero();
        assertThat(Files.readAllLines(results)).isEqualTo(lines);
    }

    private static int run(Path results) {
        return new CommandLine(new BenchmarksMain())
                .execute(
                        "run",
                        "--durability=process-crash",
                        "--value=16",
                        "--outstanding=8",
                        "--open=50",
                        "--seconds=1",
                        "--warm-up=1",
                        "--java-options=-Xmx256m",
                        "--base-port=23400",
                        "--results=" + results);
    }
}
