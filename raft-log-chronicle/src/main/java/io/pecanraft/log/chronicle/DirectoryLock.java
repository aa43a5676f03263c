package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a directory to one storage at a time: a file lock against other processes, and a table against other storages of this
 * process, for which the operating system's lock would not hold.
 */
final class DirectoryLock implements Closeable {

    private enum State {
        OPEN,
        /** A flush has failed. What the page cache shows is no longer what the disk holds, until another process looks. */
        POISONED
    }

    private static final ConcurrentMap<Path, State> IN_THIS_PROCESS = new ConcurrentHashMap<>();

    private final Path directory;
    private final @Nullable FileChannel channel; // null: there is no lock file
    private final @Nullable FileLock lock;

    private DirectoryLock(Path directory, @Nullable FileChannel channel, @Nullable FileLock lock) {
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes the lock or says who has it. The directory exists. */
    /** Takes the lock. */
    @FunctionalInterface
    interface Acquiring {
        DirectoryLock acquire(DirectoryLayout layout) throws IOException;
    }

    /** Reads a directory under a lock, and has it from then on. */
    @FunctionalInterface
    interface Reading<T> {
        T read(DirectoryLayout layout, DirectoryLock lock) throws IOException;
    }

    /**
     * Reads a directory under a lock, which the result then has; gives the lock back if there is none.
     *
     * @throws StorageException as {@link #acquire}; INACCESSIBLE when the directory cannot be read
     */
    static <T> T keeping(DirectoryLayout layout, Acquiring acquiring, Reading<T> reading) {
        try {
            DirectoryLock lock = acquiring.acquire(layout);
            try {
                return reading.read(layout, lock);
            } catch (IOException | RuntimeException | Error e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw Damage.inaccessible(layout.directory(), "read the data directory", e);
        }
    }

    static DirectoryLock acquire(DirectoryLayout layout) throws IOException {
        return acquire(layout, false);
    }

    /**
     * The same for one who only looks. Changes no byte: where there is no lock file, as in a copy, there is nobody either, since whoever
     * opens a storage makes one first.
     */
    static DirectoryLock acquireToRead(DirectoryLayout layout) throws IOException {
        return acquire(layout, true);
    }

    private static DirectoryLock acquire(DirectoryLayout layout, boolean toRead) throws IOException {
        Path directory = layout.directory().toRealPath();
        State held = IN_THIS_PROCESS.putIfAbsent(directory, State.OPEN);
        if (held == State.POISONED) {
            throw new StorageException(
                    Reason.FAILED,
                    directory
                            + " was closed after a failed write or flush; only a new process can tell what the disk really"
                            + " holds, so restart this one");
        }
        if (held != null) {
            throw locked(directory, "another storage of this process");
        }
        FileChannel channel = null;
        try {
            if (toRead && Files.notExists(layout.lock())) {
                return new DirectoryLock(directory, null, null);
            }
            channel = toRead
                    ? FileChannel.open(layout.lock(), StandardOpenOption.READ)
                    : FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel, toRead);
            if (lock == null) {
                throw locked(directory, "another process");
            }
            return new DirectoryLock(directory, channel, lock);
        } catch (IOException | RuntimeException e) {
            IN_THIS_PROCESS.remove(directory);
            if (channel != null) {
                channel.close();
            }
            throw e;
        }
    }

    /** From now on this process may not open the directory again. */
    void poison() {
        IN_THIS_PROCESS.replace(directory, State.POISONED);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (lock != null) {
                lock.release();
            }
        } finally {
            IN_THIS_PROCESS.remove(directory, State.OPEN);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static StorageException locked(Path directory, String holder) {
        return new StorageException(
                Reason.LOCKED,
                directory + " is in use by " + holder
                        + "; a data directory belongs to one running node: stop the other one, or"
                        + " give this node a directory of its own");
    }
}
