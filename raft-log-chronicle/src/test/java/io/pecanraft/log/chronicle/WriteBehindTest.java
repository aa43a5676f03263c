package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where nobody waits for flushes, a segment is flushed behind the writer, so that its end holds up nothing. */
class WriteBehindTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private final Disk disk = new Disk();

    /** Notes which flushes of the segment being written were not the writer's, and holds or fails them as told. */
    private static final class Disk implements Barrier {

        private final LinkedBlockingQueue<String> behind = new LinkedBlockingQueue<>();
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile boolean failing;

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            String thread = Thread.currentThread().getName();
            if (thread.startsWith("pecan-log-chores") && file.endsWith(DirectoryLayout.SEGMENT_FILE)) {
                behind.add(thread);
                await(gate);
                if (failing) {
                    throw new IOException("Input/output error");
                }
            }
            Barrier.OPERATING_SYSTEM.force(channel, file);
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            Barrier.OPERATING_SYSTEM.forceDirectory(path);
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void whatNobodyWaitsForIsFlushedBehind() throws Exception {
        try (TestLog log = open(Durability.PROCESS_CRASH)) {
            log.aloneInTerm(1);
            log.append(mebibytes(1, 3));
            assertThat(disk.behind).isEmpty();
            log.append(mebibytes(4, 6));
            assertThat(disk.behind.poll(1, TimeUnit.MINUTES)).isNotNull();
            log.append(mebibytes(7, 14));
            assertThat(disk.behind.poll(1, TimeUnit.MINUTES)).isNotNull();
        }
        try (TestLog log = open(Durability.PROCESS_CRASH)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(14);
        }
    }

    @Test
    void whatIsFlushedAnywayIsNotFlushedTwice() {
        try (TestLog log = open(Durability.POWER_LOSS)) {
            log.aloneInTerm(1);
            log.append(mebibytes(1, 14));
        }
        assertThat(disk.behind).isEmpty();
    }

    /** Closing waits for a flush under way: one that met a closed file would count as a failed one. */
    @Test
    @Timeout(60)
    void closingWaitsForAFlushUnderWay() throws Exception {
        disk.gate = new CountDownLatch(1);
        TestLog log = open(Durability.PROCESS_CRASH);
        log.aloneInTerm(1);
        log.append(mebibytes(1, 6));
        assertThat(disk.behind.poll(1, TimeUnit.MINUTES)).isNotNull();
        Thread closing = new Thread(log::close);
        closing.start();
        Thread writer = threadOf("pecan-log-writer");
        while (writer.getState() != Thread.State.BLOCKED) {
            assertThat(Thread.currentThread().isInterrupted())
                    .as("the writer has not come to the file, or waits for nothing")
                    .isFalse();
            Thread.onSpinWait();
        }
        disk.gate.countDown();
        closing.join();
        try (TestLog again = open(Durability.PROCESS_CRASH)) {
            assertThat(again.recovered.lastIndex()).isEqualTo(6);
        }
    }

    /** D04. */
    @Test
    void afterAFailedFlushBehindNothingIsPromised() throws Exception {
        disk.failing = true;
        try (TestLog log = open(Durability.PROCESS_CRASH)) {
            log.aloneInTerm(1);
            log.submit(mebibytes(1, 6));
            Object report = log.reports.poll(1, TimeUnit.MINUTES);
            while (!(report instanceof StorageException)) {
                assertThat(report).isNotNull();
                report = log.reports.poll(1, TimeUnit.MINUTES);
            }
            assertThat(((StorageException) report).reason()).isEqualTo(Reason.FAILED);
            log.submit(mebibytes(7, 7));
            log.storage.close();
            assertThat(log.reports).isEmpty();
        }
    }

    private static Thread threadOf(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    private TestLog open(Durability durability) {
        return TestLog.open(
                directory,
                ChronicleStorageConfig.builder()
                        .durability(durability)
                        .segmentBytes(32 * MIB)
                        .freeSpaceReserveBytes(0)
                        .allowedFileSystems(Set.of("tmpfs"))
                        .build(),
                disk);
    }

    private static List<LogEntry> mebibytes(int fromIndex, int throughIndex) {
        return IntStream.rangeClosed(fromIndex, throughIndex)
                .mapToObj(index -> new LogEntry(index, 1, index, EntryType.COMMAND, ByteBuffer.allocate(MIB)))
                .toList();
    }
}
