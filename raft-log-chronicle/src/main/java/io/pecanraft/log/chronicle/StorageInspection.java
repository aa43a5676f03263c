package io.pecanraft.log.chronicle;

import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a data directory that no server uses, from the first byte to the last, and says what is in it. Changes no byte, also not where
 * a start would, and works on a file system that is mounted read-only.
 *
 * <p>Holds the directory's lock until it is closed, so that no server starts meanwhile. Not thread-safe.
 */
public final class StorageInspection implements Closeable {

    private static final int BATCH_BYTES = 1 << 20;

    private final DirectoryLayout layout;
    private final DirectoryLock lock;
    private final StorageCheck check;
    private final StorageReport report;

    private StorageInspection(DirectoryLayout layout, DirectoryLock lock) throws IOException {
        this.layout = layout;
        this.lock = lock;
        this.check = new StorageCheck(layout);
        this.report = check.run();
    }

    /**
     * Takes the lock and reads everything; blocks as long as that takes. Memory is bounded, but for 8 bytes for every 4 KiB of the log.
     *
     * @param directory what a server is given as its directory
     * @throws StorageException LOCKED when a server uses it; INACCESSIBLE when there is no data in it, or it cannot be read; UNKNOWN_FORMAT
     *     when a later version wrote it; CORRUPT when it cannot even be told whose it is, so that nothing else can be judged
     */
    public static StorageInspection open(Path directory) {
        return DirectoryLock.keeping(layoutOf(directory), DirectoryLock::acquireToRead, StorageInspection::new);
    }

    /** Of a directory with data; a missing one is refused, and not made. */
    static DirectoryLayout layoutOf(Path directory) {
        DirectoryLayout layout = new DirectoryLayout(directory.toAbsolutePath().normalize());
        if (!Files.isDirectory(layout.data())) {
            throw new StorageException(
                    Reason.INACCESSIBLE,
                    "there is no data of a server in " + layout.directory() + ": " + layout.data()
                            + " is missing. Name the directory that the server is given");
        }
        return layout;
    }

    /** What was found. */
    public StorageReport report() {
        return report;
    }

    /**
     * Shows the entries of the sound part of the log, in order. They are read as they are shown, about a MiB at a time.
     *
     * @param fromIndex the first one; where the log begins later, it begins there
     * @param throughIndex the last one; where the log ends earlier, it ends there
     * @throws StorageException when an entry cannot be read
     */
    public void forEachEntry(long fromIndex, long throughIndex, Consumer<LogEntry> visitor) {
        try {
            List<Segment> chain = Segment.openAll(check.soundChain(), layout);
            try {
                LogView view = check.replay(chain).view();
                long next = Math.max(fromIndex, report.base().index() + 1);
                long end = Math.min(throughIndex, report.last().index());
                while (next <= end) {
                    List<LogEntry> entries = LogReader.read(view, next, end + 1, BATCH_BYTES);
                    entries.forEach(visitor);
                    next += entries.size();
                }
            } finally {
                Segment.closeAll(chain);
            }
        } catch (IOException e) {
            throw Damage.inaccessible(layout.log(), "read the log in", e);
        }
    }

    /** Writes the data of the report's snapshot; the caller compares the checksum. */
    void copySnapshot(OutputStream out) throws IOException {
        Files.copy(check.snapshotFiles().orElseThrow().data(), out);
    }

    /** Gives the lock back. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw Damage.inaccessible(layout.lock(), "give back", e);
        }
    }
}
