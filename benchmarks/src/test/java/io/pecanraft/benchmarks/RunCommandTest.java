package io.pecanraft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import io.pecanraft.benchmarks.system.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Not how fast anything is; that a measurement still runs from end to end, with processes. When a system or the wiring of one changes:
 * -Dbenchmarks.systems. Not in every build, of which it would take minutes, and where a loaded machine may change a leader, which makes
 * a measurement void.
 */
@EnabledIfSystemProperty(named = "benchmarks.systems", matches = ".*")
class RunCommandTest {

    private static final int COLUMNS = 22;

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("systems")
    void measuresEachSystem(String system) {
        assertThat(run(directory.resolve("results.csv"), system)).isZero();
    }

    static Stream<String> systems() {
        return Systems.ALL.stream().map(BenchmarkedSystem::name);
    }

    @Test
    void measuresOurOwnSystemInBothLoopsAndDoesNotMeasureItTwice() throws IOException {
        Path results = directory.resolve("results.csv");
        assertThat(run(results, "pecanraft")).isZero();
        List<String> lines = Files.readAllLines(results);
        assertThat(lines)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(COLUMNS));
        assertThat(lines.get(1)).startsWith("pecanraft,").contains(",process-crash,3,1,write,16,8,1,closed,");
        assertThat(lines.get(2)).contains(",process-crash,3,1,write,16,8,1,open-50,");
        assertThat(directory.resolve("benchmark-data")).doesNotExist();

        assertThat(run(results, "pecanraft")).isZero();
        assertThat(Files.readAllLines(results)).isEqualTo(lines);
    }

    @Test
    void spreadsKeysOverGroups() throws IOException {
        Path results = directory.resolve("results.csv");
        assertThat(run(results, "pecanraft,jgroups", "--groups=4")).isZero();
        assertThat(Files.readAllLines(results))
                .hasSize(3)
                .element(1)
                .asString()
                .contains(",process-crash,3,4,write,16,8,");
    }

    @ParameterizedTest
    @MethodSource("systems")
    void readsWhatEachSystemLetsBeRead(String system) throws IOException {
        Path results = directory.resolve("results.csv");
        assertThat(run(results, system, "--operation=read,read-lease")).isZero();
        int offered = Math.toIntExact(Systems.of(system).operations().stream()
                .filter(operation -> operation != Operation.WRITE)
                .count());
        assertThat(Files.readAllLines(results)).hasSize(1 + 2 * offered);
    }

    @Test
    void measuresHowLongWritesWaitWhenServersDie() throws IOException {
        Path results = directory.resolve("recovery.csv");
        int exit = new CommandLine(new BenchmarksMain())
                .execute(
                        "recovery",
                        "--durability=process-crash",
                        "--entries=1000",
                        "--kills=1",
                        "--java-options=-Xmx256m",
                        "--results=" + results);
        assertThat(exit).isZero();
        assertThat(Files.readAllLines(results))
                .hasSize(4)
                .element(1)
                .asString()
                .startsWith("pecanraft,")
                .contains(",process-crash,256,1000,leader-killed,");
        assertThat(directory.resolve("benchmark-data")).doesNotExist();
    }

    @Test
    void measuresHowAServerCatchesUpFromLogAndSnapshotAndHowALongLogIsRead() throws IOException {
        Path results = directory.resolve("recovery.csv");
        int exit = new CommandLine(new BenchmarksMain())
                .execute(
                        "recovery",
                        "--what=behind,snapshot,log",
                        "--durability=process-crash",
                        "--entries=20000",
                        "--snapshot-bytes=20000000",
                        "--log-bytes=10000000",
                        "--outstanding=4",
                        "--seconds=1",
                        "--java-options=-Xmx256m",
                        "--results=" + results);
        assertThat(exit).isZero();
        assertThat(Files.readAllLines(results))
                .hasSize(1 + 2 * 7 + 1 + 3)
                .anyMatch(line -> line.contains(",snapshot-caught-up,"))
                .anyMatch(line -> line.contains(",log-read,"));
    }

    private static int run(Path results, String system) {
        return run(results, system, "--operation=write");
    }

    private static int run(Path results, String system, String option) {
        return new CommandLine(new BenchmarksMain())
                .execute(
                        "run",
                        option,
                        "--system=" + system,
                        "--durability=process-crash",
                        "--value=16",
                        "--outstanding=8",
                        "--open=50",
                        "--seconds=1",
                        "--warm-up=1",
                        "--java-options=-Xmx256m",
                        "--results=" + results);
    }
}
