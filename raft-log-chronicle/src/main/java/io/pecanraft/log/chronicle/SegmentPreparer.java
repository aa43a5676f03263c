package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lays out and opens the file of the next segment before it is needed, on a thread of its own, and does the writer's other slow chores
 * on another: closing finished segments, flushing them where nobody waits for that, and removing old ones.
 *
 * <p>When there is no room for it above the reserve, it says so and tries again from time to time. That is long before anybody needs
 * the file: the present segment has just begun. If it is needed before there is room, it may use the reserve; and when even that is
 * gone, {@link #take} waits.
 *
 * <pre>
 *   prepareNext ──► laid out ──► take
 *        │  ▲
 *        ▼  │ spaceCheckInterval, or take: then the reserve may be used
 *      no room ──► SpaceWatch.low ... SpaceWatch.enough
 * </pre>
 */
final class SegmentPreparer implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentPreparer.class);

    private final SegmentLayout layout;
    private final Barrier barrier;
    private final long blockBytes;
    private final long reserveBytes;
    private final long retryNanos;
    private final SpaceWatch space;
    private final Consumer<Error> onError;
    private final String name;
    private final ScheduledExecutorService thread;
    private final ExecutorService chores;

    // The writer's.
    private @Nullable CompletableFuture<SegmentQueue> next;

    // The thread's own.
    private boolean low;
    private @Nullable CompletableFuture<SegmentQueue> waiting;
    private @Nullable ScheduledFuture<?> retry;

    private volatile boolean closing;
    private volatile @Nullable StorageException givenUp;
    /** Whether the writer stands still until there is a segment, which may use the reserve then and is laid out without pauses. */
    private volatile boolean awaited;

    SegmentPreparer(
            SegmentLayout layout,
            Barrier barrier,
            long blockBytes,
            long reserveBytes,
            Duration spaceCheckInterval,
            SpaceWatch space,
            Consumer<Error> onError,
            String name) {
        this.layout = layout;
        this.barrier = barrier;
        this.blockBytes = blockBytes;
        this.reserveBytes = reserveBytes;
        this.retryNanos = spaceCheckInterval.toNanos();
        this.space = space;
        this.onError = onError;
        this.name = name;
        // Unbounded, but one holds at most one preparation, the other a few chores for each segment that was
        // finished or removed.
        this.thread = OccasionalThread.named("pecan-log-segments-" + name);
        this.chores = OccasionalThread.named("pecan-log-chores-" + name);
    }

    /** Begins to lay out the next file, unless that is under way. Called by the writer's thread, as is {@link #take}. */
    void prepareNext() {
        if (next == null) {
            CompletableFuture<SegmentQueue> preparing = new CompletableFuture<>();
            next = preparing;
            thread.execute(() -> layOut(preparing));
        }
    }

    /**
     * The queue for the next segment. Waits for it when necessary, until there is room or the storage is being closed.
     *
     * @throws StorageException with reason DISK_FULL when it is being closed and there is no room
     */
    SegmentQueue take() throws IOException {
        prepareNext();
        CompletableFuture<SegmentQueue> preparing = next;
        next = null;
        if (preparing == null) {
            throw new IllegalStateException("nothing is being prepared");
        }
        if (!preparing.isDone()) {
            awaited = true;
            thread.execute(() -> layOut(preparing));
        }
        try {
            return preparing.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw new IOException("cannot lay out a segment for " + name, io);
            }
            if (e.getCause() instanceof StorageException storage) {
                throw storage;
            }
            throw e;
        } finally {
            awaited = false;
        }
    }

    /**
     * Lays out and opens a file of a given size at once, for the start. The reserve may be used: a node that was stopped with a full disk can
     * then be started, take a snapshot and make room.
     */
    SegmentQueue openForStart(long bytes, long keptBytes) throws IOException {
        return SegmentQueue.open(layout.layOut(bytes, keptBytes, () -> true), bytes, barrier);
    }

    /** Runs a chore that nobody waits for here. That a flush has failed, the barrier tells the writer. */
    void runLater(String what, Chore chore) {
        chores.execute(() -> {
            try {
                chore.run();
            } catch (IOException | RuntimeException e) {
                LOG.atWarn()
                        .addKeyValue("log", name)
                        .addKeyValue("chore", what)
                        .setCause(e)
                        .log("a chore of the log failed");
            } catch (Error e) {
                onError.accept(e);
            }
        });
    }

    /** Takes the directory of a segment that is no longer part of the log: to be used again, unless somebody still reads it or there are enough. */
    void putAway(Segment segment, Path directory) {
        runLater("put away a removed segment", () -> {
            boolean asLong = segment.header().blockBytes() == blockBytes;
            if (segment.isInUse() || !asLong || !layout.keep(directory, blockBytes, reserveBytes)) {
                FileTree.delete(directory);
            }
        });
    }

    /** What had no room may find some when it tries again. Any thread. */
    void giveRoomBack() {
        layout.spares().deleteAll();
    }

    /** Something to be done with files at another moment. */
    interface Chore {
        void run() throws IOException;
    }

    /** From now on nothing waits for room any more: what needs a segment and cannot have one fails. */
    void stopWaiting() {
        closing = true;
        thread.execute(this::retryNow);
    }

    /** The log has failed elsewhere: whoever waits for a segment is told, instead of being given one. Any thread. */
    void giveUp(StorageException why) {
        givenUp = why;
        try {
            thread.execute(this::retryNow);
        } catch (RejectedExecutionException e) {
            // closed: nobody waits any more
        }
    }

    /** Ends after the chores that were given, and removes files that were prepared or kept in vain. */
    @Override
    public void close() throws IOException {
        stopWaiting();
        thread.shutdown();
        chores.shutdown();
        awaitTheEnd(thread);
        awaitTheEnd(chores);
        if (next != null && next.isDone() && !next.isCompletedExceptionally()) {
            SegmentQueue unused = next.join();
            unused.close();
            FileTree.delete(unused.directory());
        }
        layout.spares().deleteAll();
    }

    private static void awaitTheEnd(ExecutorService ending) {
        boolean interrupted = false;
        while (true) {
            try {
                if (ending.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void retryNow() {
        CompletableFuture<SegmentQueue> lacksRoom = waiting;
        if (lacksRoom != null) {
            layOut(lacksRoom);
        }
    }

    private void layOut(CompletableFuture<SegmentQueue> result) {
        if (result.isDone()) {
            return;
        }
        ScheduledFuture<?> scheduled = retry;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
        waiting = null;
        boolean mayUseReserve = awaited;
        try {
            SegmentQueue opened = open(layout.layOut(blockBytes, mayUseReserve ? 0 : reserveBytes, this::isUrgent));
            // Within the reserve it is no sign that there is room again.
            if (low && !mayUseReserve) {
                low = false;
                space.enough();
            }
            result.complete(opened);
        } catch (StorageException e) {
            lacksRoom(result, e);
        } catch (IOException | RuntimeException e) {
            failed(result, e);
        } catch (Error e) {
            result.completeExceptionally(e);
            onError.accept(e);
        }
    }

    /** Whether somebody waits for the segment, or nobody is to wait any more. */
    private boolean isUrgent() {
        return awaited || closing || givenUp != null;
    }

    private SegmentQueue open(Path directory) throws IOException {
        try {
            return SegmentQueue.open(directory, blockBytes, barrier);
        } catch (IOException | RuntimeException e) {
            FileTree.deleteAfter(e, directory);
            throw e;
        }
    }

    /**
     * Nothing rests on that file yet, and the cause may be over before it is needed, such as a lack of file descriptors: it is tried again. But
     * whoever waits for it is told, since a disk that takes nothing any more must not be waited for.
     */
    private void failed(CompletableFuture<SegmentQueue> result, Exception e) {
        if (e instanceof SegmentLayout.FailedFlush || isUrgent()) {
            result.completeExceptionally(e);
            return;
        }
        LOG.atWarn().addKeyValue("log", name).setCause(e).log("the next segment cannot be laid out; it is tried again");
        tryAgain(result);
    }

    private void lacksRoom(CompletableFuture<SegmentQueue> result, StorageException why) {
        StorageException end = givenUp;
        if (end != null || why.reason() != Reason.DISK_FULL || closing) {
            result.completeExceptionally(end != null ? end : why);
            return;
        }
        if (!low) {
            low = true;
            space.low(why);
        }
        tryAgain(result);
    }

    private void tryAgain(CompletableFuture<SegmentQueue> result) {
        waiting = result;
        retry = thread.schedule(this::retryNow, retryNanos, TimeUnit.NANOSECONDS);
    }
}
