package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.HardState;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.testkit.disk.PowerCutDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are not what was written. What was never acknowledged is cut; anything else is refused with the place and what to
 * do, and never returned.
 */
class DamageTest {

    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void inADirectoryOfItsOwn() {
        directory = temporary.resolve("node");
    }

    private void killedWith(int flushed, int unflushed) throws IOException {
        TestLog.killedWith(temporary.resolve("live"), directory, flushed, unflushed)
                .close();
    }

    private void closedWith(int entries) {
        try (TestLog log = TestLog.open(directory)) {
            log.aloneInTerm(1);
            log.append(entries(1, entries, 1));
        }
    }

    /** D05, the one side; see {@link #damageBelowTheWatermarkIsRefusedWithFileOffsetAndIndex} for the other. */
    @Test
    void aTornTailAboveTheWatermarkIsCut() throws IOException {
        killedWith(10, 10);
        flipByte(newestSegment(), positionOf(newestSegment(), "entry 15 of term 1"));
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(14);
            assertThat(log.readAll(14)).isEqualTo(entries(1, 14, 1));
            log.append(entries(15, 16, 1));
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.readAll(16)).isEqualTo(entries(1, 16, 1));
        }
    }

    @Test
    void aHoleAboveTheWatermarkIsCutThoughValidRecordsFollow() throws IOException {
        killedWith(10, 20);
        zero(newestSegment(), positionOf(newestSegment(), "entry 12 of term 1") - 60, 70);
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(11);
        }
    }

    /** D05, the other side. */
    @Test
    void damageBelowTheWatermarkIsRefusedWithFileOffsetAndIndex() throws IOException {
        killedWith(20, 0);
        long position = positionOf(newestSegment(), "entry 7 of term 1");
        flipByte(newestSegment(), position);
        long record = position - LogRecord.HEADER_BYTES - LogRecord.ENTRY_PREFIX_BYTES - DocumentCursor.WORD_BYTES;
        refusedToRecover()
                .hasMessageContaining(newestSegment().toString())
                .hasMessageContaining("offset " + record)
                .hasMessageContaining("after index 6 of term 1")
                .hasMessageContaining("restore it from a backup");
    }

    @Test
    void damageBelowTheWatermarkIsFoundByLaterRecordsWhenTheWatermarkIsBehind() throws IOException {
        Path watermark = DirectoryLayout.watermark(temporary.resolve("live/data"));
        byte[][] early = new byte[1][];
        Path live = temporary.resolve("live");
        PowerCutDisk disk = PowerCutBarrier.disk(live);
        try (TestLog log = TestLog.open(live, new PowerCutBarrier(disk))) {
            log.aloneInTerm(1);
            log.append(entries(1, 5, 1));
            early[0] = Files.readAllBytes(watermark);
            log.append(entries(6, 10, 1));
            log.append(entries(11, 15, 1));
            disk.crash(PowerCutDisk.Crash.PROCESS_DIES, directory, new Random(1));
        }
        disk.close();
        Files.write(DirectoryLayout.watermark(directory.resolve("data")), early[0]);
        flipByte(newestSegment(), positionOf(newestSegment(), "entry 8 of term 1"));
        refusedToRecover().hasMessageContaining("after index 7 of term 1");
    }

    @Test
    void damageInAnOlderSegmentIsRefused() throws IOException {
        killedWith(3_000, 0);
        flipByte(segments().get(0), positionOf(segments().get(0), "entry 100 of term 1"));
        refusedToRecover()
                .hasMessageContaining(segments().get(0).toString())
                .hasMessageContaining("after index 99 of term 1");
    }

    /** A stale page, or a write that was lost: every record is right by itself, but not where it is. */
    @Test
    void aRecordThatIsValidButNotTheOneThatWasWrittenIsRefused() throws IOException {
        killedWith(20, 0);
        byte[] file = Files.readAllBytes(newestSegment());
        int at = (int) positionOf(newestSegment(), "entry 7 of term 1");
        int start = at - LogRecord.HEADER_BYTES - LogRecord.ENTRY_PREFIX_BYTES;
        file[at] = 'E';
        ByteBuffer all = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer record = all.slice(start, all.getInt(start + 4)).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(48, LogRecord.crc(record));
        assertThat(LogRecord.parse(record)).isNotNull();
        Files.write(newestSegment(), file);
        refusedToRecover().hasMessageContaining("after index 7 of term 1");
    }

    @Test
    void everyBitOfARecordIsChecked() {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 1, 1));
        }
        byte[] file = bytesOf(directory.resolve("data/log/seg-00000000000000000001/19700101F.cq4"));
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("entry 1 of term 1")
                - LogRecord.HEADER_BYTES
                - LogRecord.ENTRY_PREFIX_BYTES;
        ByteBuffer record = ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .slice(at, LogRecord.HEADER_BYTES + LogRecord.ENTRY_PREFIX_BYTES + 17)
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(LogRecord.parse(record)).isNotNull();
        for (int bit = 0; bit < 8 * record.limit(); bit++) {
            record.put(bit / 8, (byte) (record.get(bit / 8) ^ (1 << (bit % 8))));
            assertThat(LogRecord.parse(record)).as("with bit %d flipped", bit).isNull();
            record.put(bit / 8, (byte) (record.get(bit / 8) ^ (1 << (bit % 8))));
        }
    }

    @Test
    void aMissingSegmentIsRefused() throws IOException {
        killedWith(3_000, 0);
        List<Path> all = segments();
        FileTree.delete(all.get(1).getParent());
        refusedToRecover();
    }

    @Test
    void missingOldestSegmentsAreRefusedUnlessASnapshotCoversThem() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.aloneInTerm(1);
            log.append(entries(1, 3_000, 1));
            log.snapshot(new EntryId(1, 2_999));
        }
        FileTree.delete(segments().get(0).getParent());
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.base().index()).isPositive();
            assertThat(log.readAll(3_000))
                    .isEqualTo(entries(log.recovered.base().index() + 1, 3_000, 1));
        }
        FileTree.delete(directory.resolve("data/snap"));
        Files.createDirectory(directory.resolve("data/snap"));
        refusedToRecover().hasMessageContaining("newest valid snapshot ends at index 0");
    }

    @Test
    void theNewestSegmentMissingIsRefused() throws IOException {
        killedWith(3_000, 0);
        FileTree.delete(newestSegment().getParent());
        refusedToRecover().hasMessageContaining("written last is missing");
    }

    @Test
    void allSegmentsMissingIsRefused() throws IOException {
        closedWith(10);
        for (Path segment : segments()) {
            FileTree.delete(segment.getParent());
        }
        refusedToRecover().hasMessageContaining("missing");
    }

    @Test
    void aSegmentOfAnotherStorageIsRefused() throws IOException {
        closedWith(10);
        Path other = temporary.resolve("other");
        try (TestLog log = TestLog.open(other)) {
            log.term(1);
            log.append(entries(1, 10, 1));
        }
        Path ours = newestSegment();
        Path theirs = other.resolve("data/log")
                .resolve(ours.getParent().getFileName())
                .resolve(ours.getFileName());
        Files.write(ours, Files.readAllBytes(theirs));
        refusedToRecover().hasMessageContaining("of storage");
    }

    @Test
    void oneDamagedSlotOfTheHardStateDoesNotBringTheOldVoteBack() throws IOException {
        for (int slot = 0; slot < 2; slot++) {
            try (TestLog log = TestLog.open(directory)) {
                log.term(log.recovered.hardState().currentTerm() + 5);
            }
            flipByte(directory.resolve("data/hardstate"), slot * 4096L + 40);
            try (TestLog log = TestLog.open(directory)) {
                assertThat(log.recovered.hardState()).isEqualTo(new HardState(5 + 5L * slot, null));
            }
        }
    }

    @Test
    void aDamagedIdentityIsRefused() throws IOException {
        closedWith(3);
        flipByte(directory.resolve("data/identity"), 20);
        refusedToRecover().hasMessageContaining("identity is damaged");
    }

    @Test
    void damageIsFoundWhenReadingAndNotReturned() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 20, 1));
            flipByte(newestSegment(), positionOf(newestSegment(), "entry 9 of term 1"));
            assertThat(log.read(1, 9)).hasSize(8);
            assertThatThrownBy(() -> log.read(1, 21))
                    .hasRootCauseInstanceOf(StorageException.class)
                    .rootCause()
                    .hasMessageContaining("entry 9")
                    .hasMessageContaining("cq4");
        }
    }

    /** Any byte of any file: after it changed, the answer is either right or a refusal, or the storage is a new one. */
    @Test
    void noFlippedBitZeroedPageOrCutFileEverGivesAWrongAnswer() throws IOException {
        int count = 600;
        StorageIdentity sound;
        try (TestLog log = TestLog.open(directory)) {
            sound = log.storage.identity();
            log.aloneInTerm(3);
            log.snapshot(new EntryId(1, 100), "x".repeat(9_000));
            log.append(entries(1, count, 1));
            log.truncate(count - 50, entries(count - 50, count, 3));
        }
        Random random = new Random(42);
        int refused = 0;
        for (int trial = 0; trial < 60; trial++) {
            Path copy = temporary.resolve("trial-" + trial);
            DirectoryContent.copy(directory, copy);
            damageAnything(copy, random);
            try (TestLog log = TestLog.open(copy)) {
                if (!log.storage.identity().equals(sound)) {
                    assertThat(log.recovered.lastIndex()).isZero();
                    assertThat(copy.resolve("data.set-aside-" + sound.incarnation()))
                            .isDirectory();
                    continue;
                }
                assertThat(log.recovered.hardState()).isEqualTo(new HardState(3, null));
                assertThat(log.recovered.lastIndex()).isEqualTo(count);
                assertThat(log.read(1, count - 50)).isEqualTo(entries(1, count - 51, 1));
                assertThat(log.read(count - 50, count + 1)).isEqualTo(entries(count - 50, count, 3));
            } catch (StorageException e) {
                assertThat(e.reason()).isIn(Reason.CORRUPT, Reason.UNKNOWN_FORMAT, Reason.INACCESSIBLE);
                refused++;
            }
        }
        assertThat(refused).as("trials in which the damage mattered").isGreaterThan(10);
    }

    private AbstractThrowableAssert<?, ?> refusedToRecover() {
        return assertThatThrownBy(() -> TestLog.open(directory).close())
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isIn(Reason.CORRUPT, Reason.INACCESSIBLE));
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> children = Files.list(directory.resolve("data/log"))) {
            return children.filter(path -> path.getFileName().toString().startsWith("seg-"))
                    .sorted()
                    .map(path -> path.resolve(DirectoryLayout.SEGMENT_FILE))
                    .toList();
        }
    }

    private Path newestSegment() throws IOException {
        List<Path> all = segments();
        return all.get(all.size() - 1);
    }

    private static void damageAnything(Path directory, Random random) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(path -> Files.isRegularFile(path) && !path.endsWith("LOCK"))
                    .sorted()
                    .toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        int size = (int) Files.size(file);
        switch (random.nextInt(4)) {
            case 0 -> zero(file, random.nextInt(size) & -4096, 4096);
            case 1 -> {
                try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                    access.setLength(random.nextInt(size));
                }
            }
            default -> flipByte(file, random.nextInt(random.nextBoolean() ? size : Math.min(size, 20_000)));
        }
    }

    private static long positionOf(Path file, String text) throws IOException {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        int at = content.indexOf(text);
        assertThat(at).as(text).isPositive();
        return at;
    }

    private static byte[] bytesOf(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flipByte(Path file, long position) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(position);
            int value = access.read();
            access.seek(position);
            access.write(value ^ (1 << (position % 8)));
        }
    }

    private static void zero(Path file, long position, int length) throws IOException {
        overwrite(file, position, new byte[(int) Math.min(length, Files.size(file) - position)]);
    }

    static void overwrite(Path file, long position, byte[] bytes) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(position);
            access.write(bytes);
        }
    }
}
