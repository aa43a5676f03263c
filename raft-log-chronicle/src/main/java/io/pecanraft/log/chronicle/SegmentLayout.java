package io.pecanraft.log.chronicle;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;

import io.pecanraft.model.Durability;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lays out the files of segments: filled with zeros that are really written, and flushed where the log will be; or taken from those that the
 * log has removed.
 *
 * <p>Chronicle stores the beginning of a segment through a mapping: into a page without a block, on a full disk, that seems to succeed and kills the
 * JVM later. And a record that is written where there is no block fails when it is too late to refuse it. With all blocks there, a full disk shows itself
 * here, as an exception, before anything depends on it; but for file systems that never write a block in its place.
 */
final class SegmentLayout {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentLayout.class);

    /**
     * The piece in which zeros are written. The page cache keeps a file in folios as large as what was written at once, and a
     * flush looks at all of every folio that a record has touched; but each piece costs a system call. Pieces of a page took
     * three times the CPU of these, and with pieces of 1 MiB single writes took a third more in one round.
     */
    private static final int FILL_BYTES = 16 << 10;

    /**
     * So much is flushed at once. A flush of a whole segment keeps the disk busy for as long as it takes, and the flushes of
     * the log, which somebody waits for, wait behind it; among steps they find their turn.
     */
    private static final int FLUSH_BYTES = 1 << 20;

    /**
     * Between two steps the disk is left alone for so many times as long as the step took, but not for longer than this, unless
     * somebody waits for the segment: there are seconds until it is needed, and servers that share a disk begin theirs together.
     */
    private static final int PAUSE_FACTOR = 3;

    private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /**
     * So much of a file that was used before is filled with zeros again: Chronicle's header and index and our first record lie in less, and
     * behind that record each write brings zeros of its own.
     */
    static final int BEGINNING_BYTES = 16 << 10;

    /** As much of Chronicle's table as it ever writes to, and more. */
    private static final int TABLE_BYTES = FILL_BYTES;

    /** What is needed besides the segment itself, for the table, directories and journals, with room to spare. */
    static final long BESIDES_BYTES = 256 << 10;

    private final Path logDirectory;
    private final Barrier barrier;
    private final boolean flushes;
    private final LongConsumer pause;
    private final SpareSegments spares;
    private final AtomicInteger laidOut = new AtomicInteger();

    SegmentLayout(Path logDirectory, Barrier barrier, Durability durability, int maxSpares) {
        this(logDirectory, barrier, durability, maxSpares, LockSupport::parkNanos);
    }

    /**
     * One that waits in its own way.
     *
     * @param durability where nobody waits for flushes of the log, zeros need none either: what is written over them before the kernel gets to
     *     them is written once, and no file is used again
     * @param maxSpares how many files are kept to be used again
     * @param pause does nothing for so many nanoseconds
     */
    SegmentLayout(Path logDirectory, Barrier barrier, Durability durability, int maxSpares, LongConsumer pause) {
        this.logDirectory = logDirectory;
        this.barrier = barrier;
        this.flushes = durability == Durability.POWER_LOSS;
        this.pause = pause;
        this.spares = new SpareSegments(flushes ? maxSpares : 0);
    }

    /** Files that were removed from the log. */
    SpareSegments spares() {
        return spares;
    }

    /**
     * A directory with a file of this length, which has room on the disk and begins with zeros, and with room for the table that Chronicle keeps
     * beside it: into that it stores through a mapping as well, at once.
     *
     * @param keptBytes what must be left on the disk
     * @param urgent whether somebody waits for it, which may come to be so meanwhile
     * @throws StorageException with reason DISK_FULL when there is less room; nothing of the file is left then
     * @throws FailedFlush after which nothing is known of the disk
     * @throws IOException when it cannot be written for another reason; nothing of the file is left then
     */
    Path layOut(long bytes, long keptBytes, BooleanSupplier urgent) throws IOException {
        if (!spares.isEmpty() && hasRoom(0, keptBytes)) {
            Path again = useAgain(bytes, urgent);
            if (again != null) {
                return again;
            }
        }
        if (!hasRoom(bytes, keptBytes)) {
            if (!hasRoom(0, keptBytes)) { // else one that has come meanwhile is used at the next try
                spares.deleteAll();
            }
            if (!hasRoom(bytes, keptBytes)) {
                throw diskFull(bytes, keptBytes);
            }
        }
        try {
            return prepare(null, bytes, urgent);
        } catch (FailedFlush e) {
            throw e;
        } catch (IOException e) {
            if (barrier.usableBytes(logDirectory) < BESIDES_BYTES || isLackOfRoom(e)) {
                throw diskFull(bytes, keptBytes); // somebody else took the room meanwhile, or there is a quota
            }
            throw e;
        }
    }

    /** Null when there is none that can be; what cannot be used gives its room back. */
    private @Nullable Path useAgain(long bytes, BooleanSupplier urgent) throws FailedFlush {
        for (Path spare = spares.take(); spare != null; spare = spares.take()) {
            try {
                Path file = spare.resolve(DirectoryLayout.SEGMENT_FILE);
                if (Files.size(file) >= bytes) {
                    return prepare(file, BEGINNING_BYTES, urgent);
                }
                FileTree.delete(spare);
            } catch (FailedFlush e) {
                throw e;
            } catch (IOException e) {
                FileTree.deleteAfter(e, spare);
                LOG.atDebug().addKeyValue("directory", spare).setCause(e).log("a removed segment cannot be used again");
            }
        }
        return null;
    }

    /** A directory with this file, whose own is deleted, or with a new one; it begins with so many zeros. */
    private Path prepare(@Nullable Path old, long zeros, BooleanSupplier urgent) throws IOException {
        // The same again after a failure, of which something may be left.
        Path directory = logDirectory.resolve("prepared-" + (laidOut.get() + 1) + DirectoryLayout.INCOMPLETE);
        FileTree.delete(directory);
        try {
            Files.createDirectory(directory);
            Path file = directory.resolve(DirectoryLayout.PRECREATED_FILE);
            if (old != null) {
                Files.move(old, file, ATOMIC_MOVE);
                FileTree.delete(FileTree.parent(old));
                if (!Files.getAttribute(file, "unix:nlink").equals(1)) {
                    throw new IOException(old + " has a second name: somebody's copy, which must stay as it is");
                }
            }
            writeZeros(file, zeros, urgent);
            Files.write(directory.resolve(DirectoryLayout.TABLE_FILE), new byte[TABLE_BYTES], CREATE_NEW);
        } catch (FailedFlush e) {
            throw e;
        } catch (IOException e) {
            FileTree.deleteAfter(e, directory);
            throw e;
        }
        laidOut.incrementAndGet();
        return directory;
    }

    /** Keeps the directory of a removed segment, unless that is shorter than those that are laid out or there is no room to spare. */
    boolean keep(Path directory, long bytes, long keptBytes) {
        return hasRoom(0, keptBytes)
                && directory.resolve(DirectoryLayout.SEGMENT_FILE).toFile().length() >= bytes
                && spares.keep(directory);
    }

    private boolean hasRoom(long bytes, long keptBytes) {
        return barrier.usableBytes(logDirectory) - BESIDES_BYTES - bytes >= keptBytes;
    }

    /** Zeros that are on the disk when this returns, or have their place there, at the beginning of a file. */
    private void writeZeros(Path file, long bytes, BooleanSupplier urgent) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
            for (long at = 0; at < bytes; at += FILL_BYTES) {
                zeros.clear().limit((int) Math.min(FILL_BYTES, bytes - at));
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
                boolean last = at + FILL_BYTES >= bytes;
                if (!flushes) {
                    continue;
                }
                if (last) {
                    flush(channel, file);
                } else if ((at + FILL_BYTES) % FLUSH_BYTES == 0) {
                    long start = System.nanoTime();
                    flush(channel, file);
                    if (!urgent.getAsBoolean()) {
                        pause.accept(Math.min(PAUSE_FACTOR * (System.nanoTime() - start), MAX_PAUSE_NANOS));
                    }
                }
            }
        }
    }

    private void flush(FileChannel channel, Path file) throws FailedFlush {
        try {
            barrier.force(channel, file);
        } catch (IOException e) {
            throw new FailedFlush(e);
        }
    }

    /** A flush that failed is never taken for a full disk. */
    static final class FailedFlush extends IOException {
        private static final long serialVersionUID = 1L;

        FailedFlush(IOException cause) {
            super(cause);
        }
    }

    /** As Linux says it in English; in another language it is an error like any other. */
    private static boolean isLackOfRoom(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }

    private StorageException diskFull(long bytes, long keptBytes) {
        return new StorageException(
                Reason.DISK_FULL,
                logDirectory + " has " + barrier.usableBytes(logDirectory)
                        + " bytes left, but the next segment needs " + (bytes + BESIDES_BYTES) + " and " + keptBytes
                        + " are kept in reserve (freeSpaceReserveBytes); free some space on this disk, or raise the quota");
    }
}
