package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lays out the file of the next segment before it is needed, on a thread of its own, and does the writer's other slow chores:
 * closing finished segments and removing old ones.
 *
 * <p>The file is filled with zeros that are really written. A store through a mapping into a page without a block, on a full
 * disk, seems to succeed and kills the JVM or the record later; with all blocks there, a full disk shows itself here, as an
 * exception, before anything depends on it.
 */
final class SegmentPreparer implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentPreparer.class);

    /** Written in pieces of a page: a file filled in large pieces gets large folios, and then every flush writes as much. */
    private static final int FILL_BYTES = 4096;

    private final Path logDirectory;
    private final long blockBytes;
    private final long reserveBytes;
    private final Barrier barrier;
    private final ExecutorService thread;
    private @Nullable CompletableFuture<Path> next;
    private int prepared;

    SegmentPreparer(Path logDirectory, long blockBytes, long reserveBytes, Barrier barrier, String name) {
        this.logDirectory = logDirectory;
        this.blockBytes = blockBytes;
        this.reserveBytes = reserveBytes;
        this.barrier = barrier;
        // Unbounded, but holds at most one preparation, and one chore for every segment that was just
        // finished or removed.
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "pecan-log-segments-" + name);
            worker.setDaemon(true);
            return worker;
        });
    }

    /** Begins to lay out the next file, unless that is under way. Called by the writer's thread, as is {@link #take}. */
    void prepareNext() {
        if (next == null) {
            int number = ++prepared;
            next = CompletableFuture.supplyAsync(() -> layOutUnchecked(number), thread);
        }
    }

    /**
     * The directory with the laid-out file, waiting for it when necessary.
     *
     * @throws StorageException with reason DISK_FULL when the disk has no room above the reserve
     */
    Path take() throws IOException {
        prepareNext();
        CompletableFuture<Path> ready = next;
        next = null;
        try {
            return ready == null ? layOut(blockBytes, reserveBytes, ++prepared) : ready.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StorageException full && full.reason() == Reason.DISK_FULL) {
                // That was the state of some time ago.
                return layOut(blockBytes, reserveBytes, ++prepared);
            }
            if (e.getCause() instanceof UncheckedIOException io) {
                throw new IOException("cannot lay out a segment in " + logDirectory, io.getCause());
            }
            throw e;
        }
    }

    /**
     * Lays out a file of a given size at once, for the start. The reserve may be used: a node that was stopped by a full disk can
     * then be started, take a snapshot and make room.
     */
    Path layOutForStart(long bytes) throws IOException {
        return layOut(bytes, 0, ++prepared);
    }

    /** Runs a chore that may fail without harm. */
    void runLater(String what, Chore chore) {
        thread.execute(() -> {
            try {
                chore.run();
            } catch (IOException | RuntimeException e) {
                LOG.atWarn().addKeyValue("directory", logDirectory).setCause(e).log("could not {}", what);
            }
        });
    }

    /** What {@link #runLater} runs. */
    interface Chore {
        void run() throws IOException;
    }

    /** Ends after the chores that were given, and removes a file that was prepared in vain. */
    @Override
    public void close() throws IOException {
        thread.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (thread.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (next != null && !next.isCompletedExceptionally()) {
            FileTree.delete(next.join());
        }
    }

    private Path layOutUnchecked(int number) {
        try {
            return layOut(blockBytes, reserveBytes, number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path layOut(long bytes, long keptBytes, int number) throws IOException {
        if (logDirectory.toFile().getUsableSpace() < bytes + keptBytes) {
            throw diskFull(bytes, keptBytes);
        }
        Path directory = logDirectory.resolve("prepared-" + number + DirectoryLayout.INCOMPLETE);
        FileTree.delete(directory);
        Files.createDirectory(directory);
        Path file = directory.resolve(DirectoryLayout.PRECREATED_FILE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            fill(channel, bytes, keptBytes);
            barrier.force(channel, file);
        } catch (StorageException e) {
            FileTree.delete(directory);
            throw e;
        }
        barrier.forceDirectory(directory);
        return directory;
    }

    private void fill(FileChannel channel, long bytes, long keptBytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
        try {
            for (long at = 0; at < bytes; at += FILL_BYTES) {
                zeros.clear();
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
        } catch (IOException e) {
            if (logDirectory.toFile().getUsableSpace() < FILL_BYTES) {
                throw diskFull(bytes, keptBytes); // somebody else took the room meanwhile
            }
            throw e;
        }
    }

    private StorageException diskFull(long bytes, long keptBytes) {
        return new StorageException(
                Reason.DISK_FULL,
                logDirectory + " has " + logDirectory.toFile().getUsableSpace()
                        + " bytes left, but the next segment needs "
                        + bytes + " and " + keptBytes
                        + " are kept in reserve (freeSpaceReserveBytes); free some space and restart");
    }
}
