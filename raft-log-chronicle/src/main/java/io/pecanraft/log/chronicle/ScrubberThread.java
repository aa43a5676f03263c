package io.pecanraft.log.chronicle;

import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageException;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A thread that scrubs, round after round, at a bounded pace, until it is closed. Begins with a pause: a start has just read everything. */
final class ScrubberThread implements Closeable {

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Duration pause;
    private final Thread thread;

    ScrubberThread(
            Supplier<LogView> log,
            SnapshotStore snapshots,
            ChronicleStorageConfig config,
            String name,
            Consumer<StorageException> damage) {
        long bytesPerSecond = config.scrubBytesPerSecond();
        Scrubber scrubber = new Scrubber(
                log,
                snapshots,
                bytes -> waitOrEnd(Duration.ofNanos(bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond)),
                damage);
        pause = config.scrubPause();
        thread = new Thread(() -> run(scrubber), "pecan-log-scrubber-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Scrubber scrubber) {
        try {
            while (true) {
                waitOrEnd(pause);
                scrubber.round();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void waitOrEnd(Duration time) throws InterruptedException {
        if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("closed");
        }
    }

    /** Ends it at its next pause, which comes after 64 KiB at most, and waits for that. */
    @Override
    public void close() {
        closed.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
