package io.pecanraft.log.chronicle;

import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageException;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scrubs one log, round after round, at a bounded pace, until it is closed. Begins with a pause: a start has just read everything. The rounds of
 * logs that share a thread take turns, so all of them together keep the pace.
 */
final class ScrubberRounds implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(ScrubberRounds.class);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final ScheduledExecutorService thread;
    private final Duration pause;
    private final Scrubber scrubber;
    private final Consumer<Error> onError;
    private final String name;

    // Guarded by this.
    private @Nullable Future<?> next;
    private boolean underWay;

    ScrubberRounds(
            ScheduledExecutorService thread,
            Supplier<LogView> log,
            SnapshotStore snapshots,
            ChronicleStorageConfig config,
            Consumer<StorageException> damage,
            Consumer<Error> onError,
            String name) {
        this.thread = thread;
        this.onError = onError;
        this.name = name;
        long bytesPerSecond = config.scrubBytesPerSecond();
        scrubber = new Scrubber(
                log,
                snapshots,
                bytes -> waitOrEnd(Duration.ofNanos(bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond)),
                damage);
        pause = config.scrubPause();
        scheduleNext();
    }

    private synchronized void scheduleNext() {
        if (!isClosed()) {
            try {
                next = thread.schedule(this::round, pause.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                throw new IllegalStateException("the writer's thread was closed before the storages that use it", e);
            }
        }
    }

    private void round() {
        if (!begin()) {
            return;
        }
        try {
            scrubber.round();
        } catch (InterruptedException e) {
            // closed
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("log", name).setCause(e).log("the log could not be read again in the background");
        } catch (Error e) {
            onError.accept(e);
        } finally {
            end();
            scheduleNext();
        }
    }

    private synchronized boolean begin() {
        underWay = !isClosed();
        return underWay;
    }

    private synchronized void end() {
        underWay = false;
        notifyAll();
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void waitOrEnd(Duration time) throws InterruptedException {
        if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("closed");
        }
    }

    /** Ends a round at its next pause, which comes after 64 KiB at most, and waits for that. */
    @Override
    public synchronized void close() {
        closed.countDown();
        Future<?> scheduled = next;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
        boolean interrupted = false;
        while (underWay) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
