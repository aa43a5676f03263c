package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.Durability;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** D04: after the first failed flush nothing is promised any more, whatever later flushes say. */
class FailedFlushTest {

    @TempDir
    Path directory;

    private final FailingDisk disk = new FailingDisk();

    /** Fails the next flush of a matching file, once. Afterwards flushes succeed, as they do on Linux. */
    private static final class FailingDisk implements Barrier {
        private volatile Predicate<Path> failing = path -> false;
        private volatile boolean failsWrites;
        private volatile Throwable failure = new IOException("Input/output error");

        @Override
        public void write(FileChannel channel, Path file, ByteBuffer content, long position) throws IOException {
            if (failsWrites) {
                failsWrites = false;
                throw new IOException("Input/output error");
            }
            Barrier.super.write(channel, file, content, position);
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            fail(file);
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            fail(path);
        }

        private void fail(Path path) throws IOException {
            if (failing.test(path)) {
                failing = other -> false;
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (IOException) failure;
            }
        }
    }

    @Test
    void aFailedFlushOfTheLogEndsItForGood() {
        disk.failing = path -> false;
        try (TestLog log = TestLog.open(directory, disk)) {
            log.term(1);
            log.append(entries(1, 3, 1));
            disk.failing = path -> path.toString().endsWith(".cq4");
            log.submit(entries(4, 4, 1));
            assertThat(failure(log)).hasMessageContaining("Input/output error").hasMessageContaining("restart");
            log.submit(entries(5, 5, 1));
            log.submit(new HardState(9, null), null, null, 0, List.of());
            log.storage.close();
            assertThat(log.reports).as("after the failure").isEmpty();
        }
        assertThatThrownBy(() -> TestLog.open(directory, disk))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FAILED))
                .hasMessageContaining("only a new process");
    }

    /** Where nobody waits for a flush, the write is what an acknowledgement means. */
    @ParameterizedTest
    @EnumSource(Durability.class)
    void aFailedWriteOfTheLogEndsItForGood(Durability durability) {
        ChronicleStorageConfig config = TestLog.small().durability(durability).build();
        try (TestLog log = TestLog.open(directory, config, disk)) {
            log.term(1);
            log.append(entries(1, 3, 1));
            disk.failsWrites = true;
            log.submit(entries(4, 4, 1));
            assertThat(failure(log)).hasMessageContaining("Input/output error").hasMessageContaining("restart");
            log.submit(entries(5, 5, 1));
            log.storage.close();
            assertThat(log.reports).as("after the failure").isEmpty();
        }
        assertThatThrownBy(() -> TestLog.open(directory, config, disk))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("only a new process");
    }

    /** A bug of the listener's owner is no reason to mistrust the disk. */
    @Test
    void aListenerThatFailsEndsTheLogButNotTheDirectory() {
        List<StorageException> failures = new CopyOnWriteArrayList<>();
        try (ChronicleStorage storage = ChronicleStorage.open(
                directory, TestLog.CLUSTER, GroupId.DEFAULT, TestLog.NODE, TestLog.smallSegments(), disk)) {
            storage.log().recover();
            storage.log().start(new RaftLog.Listener() {
                @Override
                public void onDurable(long ticket, long forceNanos, int writes) {
                    throw new IllegalStateException("cannot take it");
                }

                @Override
                public void onFailure(StorageException failure) {
                    failures.add(failure);
                }
            });
            storage.log().write(new LogWrite(1, new HardState(1, null), null, null, 0, entries(1, 1, 1)));
            storage.log().write(new LogWrite(2, null, null, null, 0, entries(2, 2, 1)));
        }
        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("the listener of the log failed"));
        try (TestLog log = TestLog.open(directory, disk)) {
            assertThat(log.recovered.lastIndex()).isBetween(1L, 2L);
        }
    }

    @Test
    void aFailedFlushOfTheVoteEndsTheLog() {
        try (TestLog log = TestLog.open(directory, disk)) {
            log.term(1);
            disk.failing = path -> path.endsWith("hardstate");
            log.submit(new HardState(2, null), null, null, 0, entries(1, 1, 1));
            assertThat(failure(log).reason()).isEqualTo(Reason.FAILED);
            assertThat(log.reports).isEmpty();
        }
    }

    @Test
    void aFaultInAMappedFileIsAFailureLikeAnyOther() {
        try (TestLog log = TestLog.open(directory, disk)) {
            log.term(1);
            disk.failure = new InternalError("a fault occurred in an unsafe memory access operation");
            disk.failing = path -> path.toString().endsWith(".cq4");
            log.submit(entries(1, 1, 1));
            assertThat(failure(log)).hasMessageContaining("a fault occurred");
        }
    }

    @Test
    void aFailedFlushOfTheDirectoryOfANewSegmentEndsTheLog() {
        try (TestLog log = TestLog.open(directory, disk)) {
            log.term(1);
            log.append(entries(1, 10, 1));
            disk.failing = path -> path.endsWith("log");
            log.submit(entries(11, 2_000, 1));
            assertThat(failure(log).reason()).isEqualTo(Reason.FAILED);
        }
    }

    @Test
    void aFailedFlushInRecoveryIsReportedAndForbidsAnotherTry() {
        TestLog.open(directory, disk).close();
        disk.failing = path -> path.endsWith("hardstate");
        assertThatThrownBy(() -> TestLog.open(directory, disk)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> TestLog.open(directory, disk))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FAILED));
    }

    private static StorageException failure(TestLog log) {
        Object report = log.nextReport();
        while (!(report instanceof StorageException)) {
            report = log.nextReport();
        }
        return (StorageException) report;
    }
}
