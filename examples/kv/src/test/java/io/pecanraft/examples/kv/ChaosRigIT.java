package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One short round of the chaos rig, as its command runs it; it says what the machine does not permit. */
class ChaosRigIT {

    private static final long SEED = Long.getLong("it.rig.seed", 23);
    private static final long PATIENCE_SECONDS =
            600; // it waits for starts of servers, also on a machine with much else to do
    private static final Path FAST = Path.of("/dev/shm");

    @Test
    void aShortRoundIsClean() throws IOException, InterruptedException {
        Path directory = Program.freshDirectory("chaos-rig");
        List<String> command = new ArrayList<>();
        if (succeeds("unshare", "--mount", "true")) {
            command.addAll(List.of("unshare", "--mount"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dit.kv.jar=" + Program.jar(),
                "-cp",
                System.getProperty("java.class.path"),
                RigCommand.class.getName(),
                "--rounds",
                "1",
                "--seconds",
                "7",
                "--nodes",
                "3",
                "--seed",
                Long.toString(SEED),
                "--report",
                directory.toString()));
        if (Files.isWritable(FAST)) {
            command.addAll(
                    List.of("--disks", FAST.resolve("pecanraft-chaos-rig-it").toString()));
        }
        Path output = directory.resolve("chaos.out");
        Process rig = Program.start(output, command);
        try {
            assertThat(rig.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            rig.destroyForcibly();
        }
        String said = Program.read(output);
        said.lines().forEach(line -> Program.report("chaos rig: %s", line));
        assertThat(rig.exitValue()).as(said).isZero();
        assertThat(said).contains("linearizable, nothing lost");
        assertThat(directory.resolve("report.html")).isNotEmptyFile();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
