package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The barrier of one open storage, for all its files: after the first write or flush that fails, no other passes, and nothing is
 * reported any more.
 *
 * <p>A page that the kernel failed to write is marked clean and lost, so that the next flush succeeds and proves nothing
 * (Rebello et al., ATC'20). And a disk that has failed the flush of a snapshot is not to be trusted with the log.
 *
 * <p>Thread-safe.
 */
final class FailStopBarrier implements Barrier {

    private final Barrier barrier;
    private final Runnable onPoisoned;
    private @Nullable StorageException failure;
    private final List<Consumer<StorageException>> listeners = new ArrayList<>();

    /**
     * Around the operating system's barrier.
     *
     * @param onPoisoned told of the first failure, at once and on the thread that met it
     */
    FailStopBarrier(Barrier barrier, Runnable onPoisoned) {
        this.barrier = barrier;
        this.onPoisoned = onPoisoned;
    }

    /** Whoever is to stop at the first failure; told at once when it has been. */
    synchronized void onFailure(Consumer<StorageException> listener) {
        listeners.add(listener);
        if (failure != null) {
            listener.accept(failure);
        }
    }

    /** The first failure; null while there was none. */
    synchronized @Nullable StorageException failure() {
        return failure;
    }

    /** Reports something durable, unless a write or flush has failed; none fails while it does. */
    synchronized void report(Runnable report) {
        if (failure != null) {
            throw failure;
        }
        report.run();
    }

    @Override
    public void write(FileChannel channel, Path file, ByteBuffer content, long position) throws IOException {
        pass("writing", file, () -> barrier.write(channel, file, content, position));
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        pass("flushing", file, () -> barrier.force(channel, file));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        pass("flushing", directory, () -> barrier.forceDirectory(directory));
    }

    @Override
    public long usableBytes(Path directory) {
        return barrier.usableBytes(directory);
    }

    private interface Operation {
        void run() throws IOException;
    }

    private void pass(String what, Path path, Operation operation) throws IOException {
        StorageException earlier = failure();
        if (earlier != null) {
            throw new IOException(path + " is left alone, since a write or flush failed before", earlier);
        }
        try {
            operation.run();
        } catch (IOException | RuntimeException | Error e) {
            fail(what, path, e);
            throw e;
        }
    }

    /**
     * Closes, as after a failed flush; for what ends like one without being one.
     *
     * @param what was being done, as a verb
     * @param path to what
     * @param cause why it was not done
     */
    synchronized void fail(String what, Path path, Throwable cause) {
        if (failure == null) {
            onPoisoned.run();
            failure = new StorageException(
                    Reason.FAILED,
                    what + " " + path + " failed (" + cause
                            + "); nothing is accepted any more, since what the disk holds is known only to a new process:"
                            + " check the disk and restart",
                    cause);
            StorageException first = failure;
            listeners.forEach(listener -> tell(listener, first));
        }
    }

    /** One that cannot listen keeps none of the others from it. */
    private static void tell(Consumer<StorageException> listener, StorageException failure) {
        try {
            listener.accept(failure);
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }
}
