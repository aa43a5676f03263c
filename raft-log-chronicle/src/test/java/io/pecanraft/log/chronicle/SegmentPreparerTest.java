package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Durability;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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

    /** Such as by a quota, or for want of inodes or file descriptors: nothing rests on that file, and it may be over in a moment. */
    @Test
    void whatCannotBeLaidOutForAnyReasonIsTriedAgain() throws Exception {
        Path log = Files.createDirectory(directory.resolve("log"));
        Path away = directory.resolve("away");
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        Barrier unlucky = new Barrier() {
            private int asked;

            /** Before a segment is laid out, and when that has failed. */
            @Override
            public long usableBytes(Path where) {
                asked++;
                try {
                    if (asked == 1) {
                        Files.move(log, away);
                    } else if (asked == 2) {
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
        };
        SegmentPreparer preparer = new SegmentPreparer(
                new SegmentLayout(log, unlucky, Durability.POWER_LOSS),
                unlucky,
                TestLog.SMALL_SEGMENT_BYTES,
                0,
                Duration.ofMillis(1),
                new SpaceWatch() {
                    @Override
                    public void low(StorageException why) {
                        told.add(String.valueOf(why.getMessage()));
                    }

                    @Override
                    public void enough() {
                        told.add("enough");
                    }
                },
                error -> told.add(String.valueOf(error)),
                "n1-g0");
        try (preparer) {
            preparer.prepareNext();
            assertThat(told.poll(60, TimeUnit.SECONDS)).contains("cannot be laid out", "is tried again every 1 ms");
            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("enough");
            preparer.take().close();
        }
    }

    /** Nobody waits for a chore, and yet the node must not go on. */
    @Test
    void anErrorOfAChoreIsGivenToTheLogAndOneThatFailsIsNot() throws Exception {
        CompletableFuture<Error> error = new CompletableFuture<>();
        SegmentPreparer preparer = new SegmentPreparer(
                new SegmentLayout(directory, Barrier.OPERATING_SYSTEM, Durability.POWER_LOSS),
                Barrier.OPERATING_SYSTEM,
                TestLog.SMALL_SEGMENT_BYTES,
                0,
                Duration.ofSeconds(1),
                NOBODY,
                error::complete,
                "n1-g0");
        try (preparer) {
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
