package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SnapshotOutputTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();

    private final SnapshotOutput output = new SnapshotOutput(
            new OutputStream() {
                @Override
                public void write(int value) throws IOException {
                    if (failing.getAndSet(false)) {
                        throw new IOException("no space left");
                    }
                    written.write(value);
                }
            },
            stopped::get);

    @Test
    void whatIsWrittenGetsThroughAlsoWhenItIsClosed() throws IOException {
        output.write('a');
        output.close();
        output.write('b');
        output.flush();
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("ab");
    }

    /** There may be room again at once, since others have given theirs back. */
    @Test
    void afterAFailureThatIsSwallowedItTakesNothingAndCannotBeFlushed() throws IOException {
        try (PrintStream swallowing = new PrintStream(output)) {
            swallowing.write('a');
            failing.set(true);
            swallowing.write('b');
            swallowing.write('c');
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("a");
        assertThatThrownBy(output::flush).hasMessageContaining("earlier write").hasRootCauseMessage("no space left");
    }

    @Test
    void aStopThatIsSwallowedIsAFailureToo() {
        try (PrintStream swallowing = new PrintStream(output)) {
            stopped.set(true);
            swallowing.write('a');
        }
        stopped.set(false);
        assertThatThrownBy(output::flush).hasRootCauseMessage("the node is stopping");
    }
}
