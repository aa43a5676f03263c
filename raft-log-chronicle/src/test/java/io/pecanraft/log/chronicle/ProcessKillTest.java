package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Durability;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real processes, killed with -9 in the middle of writing. */
class ProcessKillTest {

    private static final int LIVES = 3;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled(Durability durability) throws Exception {
        Random random = new Random(7);
        long acknowledged = 0;
        long term = 0;
        for (int life = 0; life < LIVES; life++) {
            Process process = ChildJvm.start(KilledProcess.class, directory, durability);
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                long[] recovered = line(output, "recovered");
                assertThat(recovered[0]).isGreaterThanOrEqualTo(acknowledged);
                assertThat(recovered[1]).isGreaterThanOrEqualTo(term);
                for (int i = random.nextInt(300); i >= 0; i--) {
                    acknowledged = line(output, "acknowledged")[0];
                }
                // By its handle: Process.destroyForcibly would close the output, in which more may have been
                // acknowledged.
                process.toHandle().destroyForcibly();
                for (String last = output.readLine(); last != null; last = output.readLine()) {
                    // The very last line may be cut off, and then says less than was acknowledged.
                    String[] words = last.split(" ", -1);
                    if (words.length == 3 && words[0].equals("acknowledged")) {
                        acknowledged = Math.max(acknowledged, Long.parseLong(words[1]));
                        term = Math.max(term, Long.parseLong(words[2]));
                    }
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        assertThat(acknowledged).isPositive();
    }

    private static long[] line(BufferedReader output, String kind) throws IOException {
        String line = output.readLine();
        while (line != null && !line.startsWith(kind)) {
            line = output.readLine(); // what Chronicle logs at its start
        }
        assertThat(line).as("a line that begins with " + kind).isNotNull();
        String[] words = line.split(" ", -1);
        return new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])};
    }
}
