package io.pecanraft.log.chronicle;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which logs are written: one log's own, or shared by those of the groups of a process, each in its own directory.
 *
 * <p>The logs take turns. In its turn a log writes all that waits for it and flushes once, so groups on one disk do not flush
 * against each other. The price is that a flush of one delays the others for as long as it lasts; a log that fails does not. The background
 * reading of the same logs has one thread as well, so all of them together are read at the pace of one.
 */
public final class LogWriterThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogWriterThread.class);

    private final ExecutorService thread;
    private final ScheduledThreadPoolExecutor scrubbing;

    private LogWriterThread(String name) {
        thread = Executors.newSingleThreadExecutor(task -> {
            Thread writer = new Thread(task, "pecan-log-writer-" + name);
            writer.setDaemon(true);
            return writer;
        });
        // Its thread stays once there is a log: the next round is always due.
        scrubbing = OccasionalThread.named("pecan-log-scrubber-" + name, Duration.ofHours(1));
        scrubbing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * A thread that storages can be opened with.
     *
     * @param name ends the name of the thread
     */
    public static LogWriterThread named(String name) {
        return new LogWriterThread(name);
    }

    /** Where the same logs are read again in the background, one at a time. */
    ScheduledExecutorService scrubbing() {
        return scrubbing;
    }

    /** Runs a task after those before it. */
    void execute(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the writer's thread was closed before the storages that use it", e);
        }
    }

    /** All logs are written on this thread, so no log's failure may end it. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("a log failed to say that it has failed");
        }
    }

    /** Ends the thread, after what was given to it, and waits for that. The storages that share it are to be closed before. */
    @Override
    public void close() {
        scrubbing.shutdown();
        thread.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
