package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.Durability;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fills up and is emptied again: first the log says so, then writes wait, and nothing is lost or counted twice. */
@Timeout(120)
class DiskFullTest {

    private static final long RESERVE_BYTES = 1 << 20;

    @TempDir
    Path directory;

    private final FillingDisk disk = new FillingDisk();
    private final ChronicleStorageConfig config = withSegmentsOf(TestLog.SMALL_SEGMENT_BYTES);
    private final ChronicleStorageConfig large = withSegmentsOf(1 << 20);

    /** A disk with as much room as the test says. */
    private static final class FillingDisk implements Barrier {
        private volatile long usableBytes = Long.MAX_VALUE;

        @Override
        public void force(FileChannel channel, Path file) {}

        @Override
        public void forceDirectory(Path path) {}

        @Override
        public long usableBytes(Path path) {
            return usableBytes;
        }
    }

    @BeforeEach
    void withRoom() {
        disk.usableBytes = Long.MAX_VALUE;
    }

    @Test
    void belowTheReserveTheLogSaysSoAndGoesOnIntoTheReserve() {
        try (TestLog log = TestLog.open(directory, config, disk)) {
            log.term(1);
            disk.usableBytes = RESERVE_BYTES;
            log.append(entries(1, 3_000, 1));
            StorageException why = log.awaitSpaceLow();
            assertThat(why.reason()).isEqualTo(Reason.DISK_FULL);
            assertThat(why)
                    .hasMessageContaining(RESERVE_BYTES + " bytes left")
                    .hasMessageContaining("freeSpaceReserveBytes")
                    .hasMessageContaining("free some space");
            log.append(entries(3_001, 3_100, 1));
            disk.usableBytes = Long.MAX_VALUE;
            log.awaitSpaceBack();
            log.append(entries(3_101, 6_000, 1));
        }
        try (TestLog log = TestLog.open(directory, config, disk)) {
            assertThat(log.readAll(6_000)).isEqualTo(entries(1, 6_000, 1));
        }
    }

    /** A store through a mapping into a page that has no room on the disk kills the JVM: nothing that is mapped may have any. */
    @Test
    void whatChronicleMapsHasItsRoomBeforeChronicleSeesIt() throws Exception {
        Path laidOut = new SegmentLayout(directory, disk, Durability.POWER_LOSS, 0)
                .layOut(TestLog.SMALL_SEGMENT_BYTES, 0, () -> true);

        assertThat(laidOut.resolve(DirectoryLayout.PRECREATED_FILE)).hasSize(TestLog.SMALL_SEGMENT_BYTES);
        assertThat(laidOut.resolve(DirectoryLayout.TABLE_FILE)).hasBinaryContent(new byte[16 << 10]);
    }

    @Test
    void withoutAnyRoomWritesWaitUntilThereIsSome() {
        try (TestLog log = TestLog.open(directory, config, disk)) {
            log.term(1);
            disk.usableBytes = 0;
            long ticket = log.submit(entries(1, 3_000, 1));
            log.awaitSpaceLow();
            assertThat(log.reports).as("of a write that does not fit").isEmpty();
            disk.usableBytes = Long.MAX_VALUE;
            log.await(ticket);
            log.awaitSpaceBack();
            assertThat(log.read(1, 3_001)).isEqualTo(entries(1, 3_000, 1));
        }
    }

    @Test
    void aLogThatWaitsForRoomCanBeClosedAndHasLostNothing() {
        try (TestLog log = TestLog.open(directory, config, disk)) {
            log.term(1);
            log.append(entries(1, 100, 1));
            disk.usableBytes = 0;
            log.submit(entries(101, 3_000, 1));
            log.awaitSpaceLow();
        }
        disk.usableBytes = Long.MAX_VALUE;
        try (TestLog log = TestLog.open(directory, config, disk)) {
            long last = log.recovered.lastIndex();
            assertThat(last).isBetween(100L, 2_999L);
            assertThat(log.readAll(last)).isEqualTo(entries(1, last, 1));
        }
    }

    @Test
    void aStartMayUseTheReserveAndSaysThatSpaceIsLow() {
        TestLog.open(directory, config, disk).close();
        disk.usableBytes = RESERVE_BYTES;
        try (TestLog log = TestLog.open(directory, config, disk)) {
            log.awaitSpaceLow();
            log.term(1);
            log.append(entries(1, 10, 1));
        }
    }

    /** Found by seed 300 of the chaos rig. */
    @Test
    void aStartWithLessRoomThanASegmentGoesOnInASmallerOneAndLeavesRoomForASnapshot() {
        try (TestLog log = TestLog.open(directory, large, disk)) {
            log.term(1);
            log.append(entries(1, 100, 1));
        }
        disk.usableBytes = 1 << 20;
        // Of a segment of 128 KiB, which is what remains, a record may take a quarter.
        LogEntry longerThanSuchASegmentTakes = TestLog.entry(111, 1, "x".repeat(40_000));
        try (TestLog log = TestLog.open(directory, large, disk)) {
            log.awaitSpaceLow();
            log.append(entries(101, 110, 1));
            disk.usableBytes = 0;
            long ticket = log.submit(List.of(longerThanSuchASegmentTakes));
            assertThat(log.storage.log().read(101, 111, 1 << 20)).succeedsWithin(Duration.ofMinutes(1));
            assertThat(log.reports).as("of a write that does not fit").isEmpty();
            disk.usableBytes = Long.MAX_VALUE;
            log.await(ticket);
            log.awaitSpaceBack();
            assertThat(log.read(111, 112)).containsExactly(longerThanSuchASegmentTakes);
        }
        try (TestLog log = TestLog.open(directory, large, disk)) {
            assertThat(log.readAll(111).subList(0, 110)).isEqualTo(entries(1, 110, 1));
            assertThat(log.read(111, 112)).containsExactly(longerThanSuchASegmentTakes);
        }
    }

    /** What may be in the page cache only is copied, and has to have room where it is copied to: also all of it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void aStartAfterADeathNeedsRoomForWhatItCopies(int flushed) throws IOException {
        int last = flushed + 1_000;
        Path left = directory.resolve("left");
        TestLog.killedWith(directory.resolve("live"), left, large, flushed, 1_000)
                .close();
        disk.usableBytes = 400 << 10;
        assertThatThrownBy(() -> TestLog.open(left, large, disk))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DISK_FULL));
        disk.usableBytes = 800 << 10;
        try (TestLog log = TestLog.open(left, large, disk)) {
            assertThat(log.readAll(last)).isEqualTo(entries(1, last, 1));
            log.append(entries(last + 1, last + 2, 1));
        }
    }

    private static ChronicleStorageConfig withSegmentsOf(long bytes) {
        return TestLog.small()
                .segmentBytes(bytes)
                .freeSpaceReserveBytes(RESERVE_BYTES)
                .spaceCheckInterval(Duration.ofMillis(5))
                .build();
    }
}
