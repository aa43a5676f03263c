package io.pecanraft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class FootprintTest {

    @TempDir
    Path directory;

    @Test
    void jarsAreOursOneByOneAndAllThatTheyNeedTogetherEachOnce() throws IOException {
        Path core = jar("raft-core/target/raft-core-1.jar", 100);
        Path transport = jar("raft-transport-netty/target/raft-transport-netty-1.jar", 20);
        Path log = jar("raft-log-chronicle/target/raft-log-chronicle-1.jar", 3);
        jar("raft-log-chronicle/target/raft-log-chronicle-1-sources.jar", 7_000);
        Path elsewhere = Files.createTempDirectory("repository").resolve("other.jar");
        Files.write(elsewhere, new byte[5_000]);
        classPath("raft-transport-netty", core, elsewhere);
        classPath("raft-log-chronicle", elsewhere, core);
        assertThat(JarSizes.of(directory))
                .containsExactlyInAnyOrder(
                        new Figure("jar-" + transport.getFileName(), 20, "bytes"),
                        new Figure("jar-" + core.getFileName(), 100, "bytes"),
                        new Figure("jar-" + log.getFileName(), 3, "bytes"),
                        new Figure("jars", 4, "files"),
                        new Figure("jars-bytes", 5_123, "bytes"));
    }

    @Test
    void withoutABuildItSaysWhatBuildsIt() throws IOException {
        Files.createDirectories(directory.resolve("raft-transport-netty/target"));
        assertThatThrownBy(() -> JarSizes.of(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("have benchmarks/footprint build it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--groups=0 | --groups must be from 1 to 1000",
                "--seconds=0 | --seconds must be positive",
                "--settle=-1 | --settle not negative",
                "--system=aeron | aeron has a client of its own"
            })
    void wrongOptionsAreRefusedWithWhatIsRight(String option, String answer) {
        StringWriter said = new StringWriter();
        int exit = new CommandLine(new BenchmarksMain())
                .setErr(new PrintWriter(said))
                .execute("footprint", option, "--results=" + directory.resolve("footprint.csv"));
        assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.toString()).contains(answer);
    }

    private Path jar(String name, int bytes) throws IOException {
        Path jar = directory.resolve(name);
        Files.createDirectories(jar.getParent());
        return Files.write(jar, new byte[bytes]);
    }

    private void classPath(String module, Path... jars) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path jar : jars) {
            text.append(text.isEmpty() ? "" : File.pathSeparator).append(jar);
        }
        Files.writeString(directory.resolve(module).resolve("target/runtime-classpath"), text);
    }
}
