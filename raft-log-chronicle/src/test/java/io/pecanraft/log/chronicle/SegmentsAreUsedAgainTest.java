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
import io.pecanraft.testkit.disk.PowerCutDisk.Crash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
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
import org.junit.jupiter.api.Timeout.ThreadMode;
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

        private final AtomicInteger laidOut = new AtomicInteger();
        private final AtomicInteger old = new AtomicInteger();

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            OPERATING_SYSTEM.force(channel, file);
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            OPERATING_SYSTEM.forceDirectory(path);
            Path file = path.resolve(DirectoryLayout.SEGMENT_FILE);
            if (path.toString().endsWith(DirectoryLayout.INCOMPLETE) && Files.exists(file)) {
                laidOut.incrementAndGet();
                // Chronicle has written its header, and nobody a record.
                byte[] content = Files.readAllBytes(file);
                int beginning = SegmentLayout.BEGINNING_BYTES;
                if (ByteBuffer.wrap(content, beginning, content.length - beginning)
                                .mismatch(ByteBuffer.allocate(content.length - beginning))
                        >= 0) {
                    old.incrementAndGet();
                }
            }
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
            assertThat(disk.old).hasValue(0);
        } else {
            assertThat(disk.old).hasValueGreaterThan(spareSegments);
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

    /** Behind the end there are records that are valid by themselves, and know of more flushed ones than this segment has. */
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void whatIsLeftInOneIsNeitherReadNorTakenForDamageAfterACrash() throws Exception {
        PowerCutDisk disk = PowerCutBarrier.disk(directory.resolve("live"));
        int last = 0;
        List<Path> images = List.of(directory.resolve("killed"), directory.resolve("without power"));
        try (TestLog log = TestLog.open(disk.root(), new PowerCutBarrier(disk))) {
            log.aloneInTerm(1);
            while (!OldRecords.areBehindTheNewestSegment(disk.root())) {
                log.append(TestLog.entries(last + 1, last + PART, 1));
                last += PART;
                log.snapshot(new EntryId(1, last));
                log.compact(last);
            }
            disk.crash(Crash.PROCESS_DIES, images.get(0), new Random(1)).close();
            disk.moment().write(images.get(1), new BitSet(), Tear.WHOLE, new Random(1));
        }
        disk.close();
        for (Path image : images) {
            assertThat(OldRecords.areBehindTheNewestSegment(image)).isTrue();
            try (TestLog log = TestLog.open(image, CrashImages.NO_FLUSH)) {
                assertThat(log.recovered.repair()).isEqualTo(RepairMarker.NONE);
                assertThat(log.recovered.lastIndex()).isEqualTo(last);
                assertThat(log.readAll(last)).endsWith(TestLog.entry(last, 1, "entry " + last + " of term 1"));
            }
        }
    }

    /** If a loss of power brought the old name back, it would be the name of other records. */
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
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
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // what goes round in vain reacts to no interrupt
    void aSnapshotThatHasNoRoomGetsTheirs() throws Exception {
        untilTheirRoomIsGivenBack(snapshots -> {
            SnapshotStore.Writer writer = snapshots.begin(new EntryId(1, KEPT + 1), TestLog.MEMBERSHIP, 1);
            writer.close(); // after which nothing can be written, as on a full disk
            writer.stream().write(new byte[1 << 20]);
        });
    }

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void soDoesOneThatCannotEvenBeBegun() throws Exception {
        Path snapshots = DirectoryLayout.snapshots(directory.resolve("data"));
        untilTheirRoomIsGivenBack(store -> {
            FileTree.delete(snapshots); // in it no directory can be made, as on a full disk
            store.begin(new EntryId(1, KEPT + 1), TestLog.MEMBERSHIP, 1);
        });
    }

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void soDoesOneThatLacksNothingButItsManifest() throws Exception {
        Path snapshots = DirectoryLayout.snapshots(directory.resolve("data"));
        untilTheirRoomIsGivenBack(store -> {
            try (SnapshotStore.Writer writer = store.begin(new EntryId(1, KEPT + 1), TestLog.MEMBERSHIP, 1)) {
                for (Path draft : FileTree.list(snapshots)) {
                    if (draft.toString().endsWith(DirectoryLayout.INCOMPLETE)) {
                        Files.createDirectory(SnapshotFiles.manifest(draft));
                    }
                }
                writer.commit();
            }
        });
    }

    private interface Failing {
        void snapshot(SnapshotStore store) throws IOException;
    }

    /** Fails with each, until there is no removed segment any more. */
    private void untilTheirRoomIsGivenBack(Failing failing) throws Exception {
        Path log = new DirectoryLayout(directory).log();
        try (TestLog open = TestLog.open(directory)) {
            open.aloneInTerm(1);
            open.append(TestLog.entries(1, KEPT, 1));
            open.snapshot(new EntryId(1, KEPT));
            open.compact(KEPT);
            assertThat(removed(log)).isTrue();
            while (removed(log)) {
                assertThatThrownBy(() -> failing.snapshot(open.storage.snapshots()))
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
        assertThat(disk.laidOut).hasValueGreaterThan(10);
        assertThat(disk.old).hasValue(0);
    }
}
