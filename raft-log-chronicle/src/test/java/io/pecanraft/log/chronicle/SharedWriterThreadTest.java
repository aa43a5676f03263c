package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.GroupId;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** K16: the logs of several groups, each in its own directory, written by one thread. */
class SharedWriterThreadTest {

    @TempDir
    Path directory;

    private static final class BreakableDisk implements Barrier {

        private volatile boolean broken;

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            if (broken) {
                throw new IOException("Input/output error");
            }
        }

        @Override
        public void forceDirectory(Path path) {}
    }

    private TestLog open(int group, Barrier barrier, LogWriterThread writer) {
        return TestLog.open(
                directory.resolve("g" + group), new GroupId(group), TestLog.smallSegments(), barrier, writer);
    }

    @Test
    void theLogsOfManyGroupsAreWrittenByOneThreadAndReadBackApart() {
        try (LogWriterThread writer = LogWriterThread.named("shared")) {
            try (TestLog one = open(1, Barrier.OPERATING_SYSTEM, writer);
                    TestLog two = open(2, Barrier.OPERATING_SYSTEM, writer)) {
                one.term(1);
                two.term(7);
                for (int i = 1; i <= 20; i++) {
                    one.submit(entries(i, i, 1));
                    two.submit(entries(i, i, 7));
                }
                one.append(entries(21, 21, 1));
                two.append(entries(21, 21, 7));
                assertThat(one.reporter).isEqualTo("pecan-log-writer-shared").isEqualTo(two.reporter);
            }
            try (TestLog one = open(1, Barrier.OPERATING_SYSTEM, writer);
                    TestLog two = open(2, Barrier.OPERATING_SYSTEM, writer)) {
                assertThat(one.readAll(21)).isEqualTo(entries(1, 21, 1));
                assertThat(two.readAll(21)).isEqualTo(entries(1, 21, 7));
            }
        }
    }

    @Test
    void aLogThatFailsLeavesTheOthersAlone() {
        BreakableDisk disk = new BreakableDisk();
        try (LogWriterThread writer = LogWriterThread.named("shared");
                TestLog healthy = open(1, Barrier.OPERATING_SYSTEM, writer);
                TestLog failing = open(2, disk, writer)) {
            healthy.term(1);
            disk.broken = true;
            assertThatThrownBy(() -> failing.term(1)).isInstanceOf(StorageException.class);
            healthy.append(entries(1, 3, 1));
            failing.storage.close();
            healthy.append(entries(4, 4, 1));
            assertThat(healthy.readAll(4)).isEqualTo(entries(1, 4, 1));
        }
    }

    @Test
    void aThreadThatWasClosedTooEarlyIsNamed() {
        LogWriterThread writer = LogWriterThread.named("shared");
        writer.close();
        assertThatThrownBy(() -> open(1, Barrier.OPERATING_SYSTEM, writer))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("before the storages that use it");
    }
}
