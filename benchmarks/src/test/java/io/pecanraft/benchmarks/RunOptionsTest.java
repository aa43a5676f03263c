package io.pecanraft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is not measured, and why. */
class RunOptionsTest {

    private final StringWriter said = new StringWriter();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nodes=0 | --nodes must be from 1 to 9",
                "--nodes=3,10 | --nodes must be from 1 to 9",
                "--groups=1001 | --groups must be from 1 to 1000",
                "--operation=scan | operation must be write, read or read-lease, got 'scan'",
                "--outstanding=0 | --outstanding must be from 1",
                "--value=-1 | --value must be from 0",
                "--rounds=0 | must be positive",
                "--open=half | --open must be percentages or none, got half",
                "--durability=some | durability must be power-loss, process-crash or none, got 'some'",
                "--system=other | no system is called 'other'; there are pecanraft"
            })
    void wrongOptionsAreRefusedWithWhatIsRight(String option, String answer) {
        assertThat(run(option)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.toString()).contains(answer);
        assertThat(directory.resolve("results.csv")).doesNotExist();
    }

    @Test
    void aFileOfOtherColumnsIsNotAddedTo() throws Exception {
        Path results = Files.writeString(directory.resolve("results.csv"), "system,version\n");
        assertThat(run("--system=pecanraft")).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(said.toString()).contains("choose another file for its results (report reads");
        assertThat(results).hasContent("system,version");
    }

    private int run(String option) {
        return new CommandLine(new BenchmarksMain())
                .setErr(new PrintWriter(said))
                .execute("run", option, "--results=" + directory.resolve("results.csv"));
    }
}
