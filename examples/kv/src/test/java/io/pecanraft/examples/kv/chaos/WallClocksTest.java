package io.pecanraft.examples.kv.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WallClocksTest {

    private static final int WAITS = 5;
    private static final long WAIT_MILLIS = 20;

    /** A process that says what time it has, and how many of its waits ended before their time. */
    static final class Waiting {

        public static void main(String[] arguments) throws InterruptedException {
            Object nobody = new Object();
            int early = 0;
            for (int i = 0; i < WAITS; i++) {
                long start = System.nanoTime();
                synchronized (nobody) {
                    nobody.wait(WAIT_MILLIS);
                }
                LockSupport.parkNanos(Duration.ofMillis(WAIT_MILLIS).toNanos());
                if (System.nanoTime() - start
                        < Duration.ofMillis(2 * WAIT_MILLIS).toNanos()) {
                    early++;
                }
            }
            System.out.println(Instant.now() + " " + early);
        }
    }

    /** A round would measure little else than servers whose timers never rest. */
    @Test
    void aClockThatIsOffLeavesTimersAlone(@TempDir Path directory) throws Exception {
        assumeThat(WallClocks.whyNot(directory)).isEmpty();
        WallClocks clocks = WallClocks.in(directory);
        clocks.setOff(0, Duration.ofDays(2).toSeconds());
        List<String> command = new ArrayList<>(clocks.command(0));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Waiting.class.getName()));
        Instant before = Instant.now();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(said).matches("\\S+ \\d+");
        List<String> parts = List.of(said.split(" ", 2));
        assertThat(Instant.parse(parts.get(0))).isAfter(before.plus(Duration.ofDays(1)));
        assertThat(parts.get(1)).as("waits that ended early, of %s", WAITS).isEqualTo("0");
    }
}
