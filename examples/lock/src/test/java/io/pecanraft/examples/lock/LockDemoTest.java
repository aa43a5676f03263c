package io.pecanraft.examples.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration shows what the page says, on real disks and sockets. */
class LockDemoTest {

    @TempDir
    Path directory;

    @Test
    void whoSleptThroughItsLeaseIsRefusedByWhatTheLockProtects() throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LockDemo.run(new PrintStream(bytes, true, StandardCharsets.UTF_8), directory, Duration.ofMillis(500));
        assertThat(bytes.toString(StandardCharsets.UTF_8).replaceAll("token [0-9]+", "token T"))
                .containsSubsequence(
                        "alice holds the lock, with token T",
                        "alice prints with token T: done",
                        "bob holds the lock, with token T",
                        "bob prints with token T: done",
                        "alice prints with token T: REFUSED",
                        "it was not hers any more",
                        "bob prints with token T: done",
                        "bob gives the lock back",
                        "alice prints with token T: done");
    }
}
