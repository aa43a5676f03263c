package io.pecanraft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is not measured, and why; and what a server's log says about its start. */
class RecoveryOptionsTest {

    private final StringWriter said = new StringWriter();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--what=deaths | --what must be of kills, behind, snapshot, log, got 'deaths'",
                "--entries=0 | --entries must be positive",
                "--log-bytes=0 | --snapshot-bytes, --log-bytes and --seconds must be positive",
                "--outstanding=100000 | --outstanding must be from 1 to 32768",
                "--system=aeron | aeron has a client of its own",
                "--durability=none-such | durability must be power-loss"
            })
    void wrongOptionsAreRefusedWithWhatIsRight(String option, String answer) {
        assertThat(run(option)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.toString()).contains(answer);
        assertThat(directory.resolve("recovery.csv")).doesNotExist();
    }

    @Test
    void aSystemThatCannotBeAskedForASnapshotIsLeftOutWithAWord() {
        assertThat(run("--what=snapshot", "--system=jraft")).isZero();
        assertThat(said.toString()).contains("jraft, snapshot: left out");
    }

    @Test
    void aServerSaysHowLongItHasReadItsLog() {
        assertThat(LogRestart.readMillis(List.of(
                        "12:00:00.000 INFO  i.p.log.chronicle.LogRecovery recovered the log last=\"7\"",
                        "12:00:00.123 INFO  io.pecanraft.node node started lastIndex=\"7\" millis=\"1234\"")))
                .hasValue(1234);
        assertThat(LogRestart.readMillis(List.of("something else, millis=\"5\"")))
                .isEmpty();
    }

    @Test
    void smallFiguresKeepTheirFractions() {
        assertThat(new Figure("a", 1.234, "ms")).hasToString("a: 1.23 ms");
        assertThat(new Figure("a", 12_345.6, "ops/s").toCsv()).isEqualTo("a,12346,ops/s");
        assertThat(new Figure("a", 3, "ms").toCsv()).isEqualTo("a,3,ms");
    }

    private int run(String... options) {
        CommandLine program = new CommandLine(new BenchmarksMain())
                .setErr(new PrintWriter(said))
                .setOut(new PrintWriter(said));
        String[] words = new String[options.length + 2];
        words[0] = "recovery";
        words[1] = "--results=" + directory.resolve("recovery.csv");
        System.arraycopy(options, 0, words, 2, options.length);
        return program.execute(words);
    }
}
