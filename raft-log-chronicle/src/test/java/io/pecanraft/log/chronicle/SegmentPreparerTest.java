package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it does with files is shown by {@link DiskFullTest} and all that write logs. */
class SegmentPreparerTest {

    private static final SpaceWatch NOBODY = new SpaceWatch() {
        @Override
        public void low(StorageException why) {}

        @Override
        public void enough() {}
    };

    @TempDir
    Path directory;

    private SegmentPreparer preparer(Path log, Barrier barrier, SpaceWatch space, Consumer<Error> onError) {
        return new SegmentPreparer(
                new SegmentLayout(log, barrier, Durability.POWER_LOSS, 1),
                barrier,
                TestLog.SMALL_SEGMENT_BYTES,
                0,
                Duration.ofMillis(1),
                space,
                onError,
                "n1-g0");
    }

    /** A disk that can be made to refuse for another reason than room: its directory is away. */
    private static final class Refusing implements Barrier {

        private final Path log;
        private final Path away;
        private final AtomicInteger asked = new AtomicInteger();
        private volatile boolean forEver;

        Refusing(Path log) {
            this.log = log;
            this.away = log.resolveSibling("away");
        }

        /** Asked before a segment is laid out, and when that has failed. */
        @Override
        public long usableBytes(Path where) {
            int time = asked.incrementAndGet();
            try {
                if (time == 1 || (forEver && time % 2 == 1)) {
                    Files.move(log, away);
                } else if (time == 2 || forEver) {
                    Files.move(away, log);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Long.MAX_VALUE;
        }

        @Override
        public void force(FileChannel channel, Path file) {}

        @Override
        public void forceDirectory(Path path) {}
    }

    /** Such as for want of file descriptors: nothing rests on that file, and it may be over in a moment. */
    @Test
    void whatCannotBeLaidOutBeforeItIsNeededIsTriedAgain() throws Exception {
        Path log = Files.createDirectory(directory.resolve("log"));
        Refusing disk = new Refusing(log);
        try (SegmentPreparer preparer = preparer(log, disk, NOBODY, error -> {})) {
            preparer.prepareNext();
            await(() -> disk.asked.get() >= 3);
            preparer.take().close();
            assertThat(FileTree.list(log)).hasSize(1);
        }
    }

    /** A disk that takes nothing any more must not be waited for: the node stops, and another one leads. */
    @Test
    void whoWaitsForASegmentIsToldThatItCannotBeLaidOut() throws Exception {
        Path log = Files.createDirectory(directory.resolve("log"));
        Refusing disk = new Refusing(log);
        disk.forEver = true;
        try (SegmentPreparer preparer = preparer(log, disk, NOBODY, error -> {})) {
            assertThatThrownBy(preparer::take).hasMessageContaining("cannot lay out a segment for n1-g0");
        }
    }

    /** What has failed elsewhere, such as the flush of a snapshot, reaches also a writer that waits for room. */
    @Test
    void whoWaitsForRoomIsToldThatTheLogHasFailed() throws Exception {
        Barrier full = new Barrier() {
            @Override
            public long usableBytes(Path where) {
                return 0;
            }

            @Override
            public void force(FileChannel channel, Path file) {}

            @Override
            public void forceDirectory(Path path) {}
        };
        StorageException why = new StorageException(StorageException.Reason.FAILED, "a flush of a snapshot");
        CompletableFuture<Void> waits = new CompletableFuture<>();
        SpaceWatch space = new SpaceWatch() {
            @Override
            public void low(StorageException lack) {
                waits.complete(null);
            }

            @Override
            public void enough() {}
        };
        try (SegmentPreparer preparer = preparer(directory, full, space, error -> {})) {
            CompletableFuture<SegmentQueue> taken = CompletableFuture.supplyAsync(() -> {
                try {
                    return preparer.take();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            waits.get(60, TimeUnit.SECONDS);
            preparer.giveUp(why);
            assertThatThrownBy(() -> taken.get(60, TimeUnit.SECONDS)).hasCause(why);
        }
    }

    /** Its reader would find the records of another segment. */
    @Test
    void aSegmentThatIsBeingReadIsNotUsedAgain() throws Exception {
        try (SegmentPreparer preparer = preparer(directory, Barrier.OPERATING_SYSTEM, NOBODY, error -> {})) {
            Path removed = Files.createDirectory(directory.resolve(DirectoryLayout.TRASH + 1));
            Path file = removed.resolve(DirectoryLayout.SEGMENT_FILE);
            Segment segment = segment(
                    Files.write(file, new byte[(int) TestLog.SMALL_SEGMENT_BYTES]), TestLog.SMALL_SEGMENT_BYTES);
            assertThat(segment.acquire()).isTrue();
            segment.close();

            putAway(preparer, segment, removed);
            assertThat(removed).doesNotExist();
            segment.release();

            Files.createDirectory(removed);
            Files.write(file, new byte[(int) TestLog.SMALL_SEGMENT_BYTES]);
            putAway(preparer, segment, removed);
            assertThat(removed).exists();
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** It was laid out when the setting was another, and would stay so long. */
    @Test
    void aSegmentOfAnotherLengthIsNotUsedAgain() throws Exception {
        try (SegmentPreparer preparer = preparer(directory, Barrier.OPERATING_SYSTEM, NOBODY, error -> {})) {
            Path removed = Files.createDirectory(directory.resolve(DirectoryLayout.TRASH + 1));
            Segment segment = segment(Files.createFile(removed.resolve(DirectoryLayout.SEGMENT_FILE)), 1 << 20);
            segment.close();

            putAway(preparer, segment, removed);
            assertThat(removed).doesNotExist();
        }
    }

    private static Segment segment(Path file, long blockBytes) throws IOException {
        SegmentHeader header = new SegmentHeader(
                1, 2, new Incarnation(1, 2), SegmentHeader.Link.NONE, EntryId.ZERO, blockBytes, false);
        return Segment.open(header, file, file);
    }

    private static void putAway(SegmentPreparer preparer, Segment segment, Path directory) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        preparer.putAway(segment, directory);
        preparer.runLater("after that", done::countDown);
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("within 60 s").isNegative();
        }
    }

    /** Nobody waits for a chore, and yet the node must not go on. */
    @Test
    void anErrorOfAChoreIsGivenToTheLogAndOneThatFailsIsNot() throws Exception {
        CompletableFuture<Error> error = new CompletableFuture<>();
        try (SegmentPreparer preparer = preparer(directory, Barrier.OPERATING_SYSTEM, NOBODY, error::complete)) {
            preparer.runLater("fail", () -> {
                throw new IOException("played");
            });
            preparer.runLater("break", () -> {
                throw new OutOfMemoryError("another");
            });
            assertThat(error.get(60, TimeUnit.SECONDS)).hasMessage("another");
        }
    }
}
