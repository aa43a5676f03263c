package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.testkit.disk.DiskMoment.Tear;
import io.pecanraft.testkit.disk.PowerCutDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A log goes round in a few files, whose old records are neither read nor taken for damage. What is left of it by a loss of power is shown by
 * {@link CrashTest}, which goes through many of them, and {@link CrashImagesTest}.
 */
class SegmentsAreUsedAgainTest {

    private static final int ENTRIES = 20_000;
    private static final int PART = 400;
    private static final int KEPT = 2_000;
    private static final long ROOM_FOR_A_SPARE = SegmentLayout.BESIDES_BYTES + TestLog.SMALL_SEGMENT_BYTES / 2;

    @TempDir
    Path directory;

    /** The operating system's, which counts the files that are laid out with something old in them. */
    private static final class OldContent implements Barrier {

        private final AtomicInteger seen = new AtomicInteger();

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            OPERATING_SYSTEM.force(channel, file);
            if (file.endsWith(DirectoryLayout.PRECREATED_FILE)) {
                try (FileChannel laidOut = FileChannel.open(file)) {
                    ByteBuffer content = ByteBuffer.allocate((int) laidOut.size());
                    laidOut.read(content, 0);
                    if (content.flip().mismatch(ByteBuffer.allocate(content.limit())) >= 0) {
                        seen.incrementAndGet();
                    }
                }
            }
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            OPERATING_SYSTEM.forceDirectory(path);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void theLogIsWhatWasAppended(int spareSegments) throws Exception {
        OldContent disk = new OldContent();
        ChronicleStorageConfig config =
                TestLog.small().spareSegments(spareSegments).build();
        int base = ENTRIES - KEPT;
        List<LogEntry> kept = TestLog.entries(base + 1, ENTRIES, 1);
        try (TestLog log = TestLog.open(directory, config, disk)) {
            log.term(1);
            for (int from = 1; from <= ENTRIES; from += PART) {
                // Of another length than what it replaces, so that old records begin anywhere.
                log.append(List.of(TestLog.entry(from, 1, "x".repeat(1 + from % 211))));
                log.truncate(from, TestLog.entries(from, from + PART - 1, 1));
                int through = from + PART - 1 - KEPT;
                if (through > 0) {
                    log.snapshot(new EntryId(1, through));
                    log.storage.log().compact(through);
                }
            }
            assertThat(log.read(base + 1, ENTRIES + 1)).isEqualTo(kept);
        }
        if (spareSegments == 0) {
            assertThat(disk.seen).hasValue(0);
        } else {
            assertThat(disk.seen).hasValueGreaterThan(spareSegments);
        }

        try (StorageInspection inspection = StorageInspection.open(directory)) {
            assertThat(inspection.report().findings()).isEmpty();
        }
        List<LogEntry> seenByChronicle = new ArrayList<>();
        for (Path segment : FileTree.list(DirectoryLayout.log(directory.resolve("data")))) {
            ChronicleReadsSegmentsTest.entriesSeenBy(segment, seenByChronicle);
        }
        seenByChronicle.removeIf(entry -> TestLog.text(entry).startsWith("x"));
        assertThat(seenByChronicle).endsWith(kept.toArray(LogEntry[]::new));
        try (TestLog log = TestLog.open(directory, config, disk)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(ENTRIES);
            assertThat(log.read(base + 1, ENTRIES + 1)).isEqualTo(kept);
        }
    }

    /** If a loss of power brought the old name back, it would be the name of other records. */
    @Test
    void aSegmentIsRemovedForGoodBeforeItIsWrittenAgain() throws Exception {
        NearlyFull disk = new NearlyFull(directory.resolve("live"));
        Path image = directory.resolve("image");
        int last;
        ChronicleStorageConfig config =
                TestLog.small().spaceCheckInterval(Duration.ofMillis(1)).build();
        try (TestLog log = TestLog.open(disk.played.root(), config, disk)) {
            log.aloneInTerm(1);
            log.append(TestLog.entries(1, KEPT, 1));
            disk.awaitRoomForTheNextSegment();
            disk.usableBytes = ROOM_FOR_A_SPARE;
            int segments = segments(disk.played.root());
            for (last = KEPT; segments(disk.played.root()) == segments; last += PART / 10) {
                log.append(TestLog.entries(last + 1, last + PART / 10, 1));
            }
            log.awaitSpaceLow();
            // Nothing is flushed any more but what is removed and laid out.
            disk.imageWhenLaidOut = image;
            log.snapshot(new EntryId(1, KEPT));
            log.storage.log().compact(KEPT);
            log.awaitSpaceBack();
        }
        disk.played.close();
        try (TestLog log = TestLog.open(image, CrashImages.NO_FLUSH)) {
            assertThat(log.recovered.repair()).isEqualTo(RepairMarker.NONE);
            assertThat(log.read(KEPT + 1, last + 1)).isEqualTo(TestLog.entries(KEPT + 1, last, 1));
        }
    }

    private static int segments(Path root) throws IOException {
        return DirectoryLayout.segments(new DirectoryLayout(root).log()).size();
    }

    /** A played disk with room for a segment that is used again, and for no other. What it holds when that is laid out is kept. */
    private static final class NearlyFull implements Barrier {

        private final PowerCutDisk played;
        private volatile long usableBytes = Long.MAX_VALUE;
        private volatile @Nullable Path imageWhenLaidOut;

        NearlyFull(Path root) throws IOException {
            played = PowerCutBarrier.disk(root);
        }

        /** It has its directory when it has been found to have room. */
        void awaitRoomForTheNextSegment() throws IOException {
            while (FileTree.list(new DirectoryLayout(played.root()).log()).stream()
                    .noneMatch(path -> path.toString().endsWith(DirectoryLayout.INCOMPLETE))) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            played.flush(file);
            Path image = imageWhenLaidOut;
            if (image != null && file.endsWith(DirectoryLayout.PRECREATED_FILE)) {
                imageWhenLaidOut = null;
                // No name that is not flushed is kept.
                played.moment().write(image, new BitSet(), Tear.WHOLE, new Random(1));
            }
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            played.flushDirectory(path);
        }

        @Override
        public long usableBytes(Path path) {
            return usableBytes;
        }
    }

    /** One that a leader sends, for instance, while nothing else is written. It is asked for again. */
    @Test
    @Timeout(60)
    void aSnapshotThatHasNoRoomGetsTheirs() throws Exception {
        Path log = new DirectoryLayout(directory).log();
        try (TestLog open = TestLog.open(directory)) {
            open.aloneInTerm(1);
            open.append(TestLog.entries(1, KEPT, 1));
            open.snapshot(new EntryId(1, KEPT));
            open.compact(KEPT);
            assertThat(removed(log)).isTrue();
            while (removed(log)) {
                SnapshotStore.Writer writer =
                        open.storage.snapshots().begin(new EntryId(1, KEPT + 1), TestLog.MEMBERSHIP, 1);
                writer.close(); // after which nothing can be written, as on a full disk
                assertThatThrownBy(() -> writer.stream().write(new byte[1 << 20]))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    private static boolean removed(Path log) throws IOException {
        return FileTree.list(log).stream()
                .anyMatch(path -> path.getFileName().toString().startsWith(DirectoryLayout.TRASH));
    }

    /** There nobody waits for zeros. */
    @Test
    void noneIsUsedAgainWithProcessCrash() throws Exception {
        OldContent disk = new OldContent();
        ChronicleStorageConfig config =
                TestLog.small().durability(Durability.PROCESS_CRASH).build();
        try (TestLog log = TestLog.open(directory, config, disk)) {
            log.term(1);
            for (int from = 1; from <= ENTRIES; from += PART) {
                log.append(TestLog.entries(from, from + PART - 1, 1));
                log.storage.log().compact(from - 1);
            }
        }
        assertThat(disk.seen).hasValue(0);
    }
}
