package io.pecanraft.log.chronicle;

import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one log, on one thread. In its turn it takes whatever waits, writes it in order, flushes once, and reports once (group
 * commit): the slower the disk, the larger the groups.
 *
 * <p>Of each write the hard state and the formation record are flushed before the log is touched, and everything given before
 * is flushed before them. So after a crash the files show the state after some write, never a mixture.
 *
 * <p>The first throwable ends it. A page that the kernel failed to write is marked clean and lost, so that the next flush
 * succeeds and proves nothing (Rebello et al., ATC'20): nothing is tried again.
 */
final class LogWriter implements SpaceWatch {

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    /** What the writer is asked to do. */
    private sealed interface Request {
        record Write(LogWrite write) implements Request {}

        record Compact(long throughIndex) implements Request {}

        record Stop() implements Request {}

        /** The storage is never to be used again. */
        record Condemn(StorageException why) implements Request {}

        /** A flush of another file of the storage has failed. */
        record Fail(StorageException failure) implements Request {}
    }

    /** What recovery, which runs on this thread as well, hands over. */
    record Files(LogAppender log, HardStateFile hardState, FormationFile formation) {}

    /** Runs first on the writer's thread, and is told whom to tell of a lack of room. */
    interface Recovery {
        Files run(SpaceWatch space) throws IOException;
    }

    private final Durability durability;
    private final FailStopBarrier barrier;
    private final Condemnation condemnation;
    private final Runnable onPoisoned;
    /** Bounded by the core, which limits what it has in flight. */
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean turnScheduled = new AtomicBoolean();
    private final LogWriterThread thread;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final CompletableFuture<Void> recovered = new CompletableFuture<>();
    private volatile RaftLog.@Nullable Listener listener;
    // Guarded by this, as are calls of the listener.
    private @Nullable StorageException failure;
    private @Nullable StorageException spaceLow;

    private volatile boolean ended;
    private volatile LogView view = LogView.EMPTY;

    /** Null before recovery and after the end. The thread's own, like what follows. */
    private @Nullable Files open;

    // Of the group under way.
    private long lastTicket = Long.MIN_VALUE;
    private int groupWrites;
    private boolean unflushed;
    private boolean resetInGroup;
    private long forceNanos;

    /**
     * A writer, which first recovers.
     *
     * @param thread where it writes; not ended with it
     * @param recovery runs on the writer's thread, to which the log belongs
     * @param barrier through which every flush of the storage goes
     * @param condemnation where it is written down that the storage is given up
     * @param onPoisoned told after the first failure
     */
    LogWriter(
            LogWriterThread thread,
            Durability durability,
            Recovery recovery,
            FailStopBarrier barrier,
            Condemnation condemnation,
            Runnable onPoisoned) {
        this.durability = durability;
        this.barrier = barrier;
        this.condemnation = condemnation;
        this.onPoisoned = onPoisoned;
        this.thread = thread;
        thread.execute(() -> recover(recovery));
    }

    /** Completes when the log is recovered, or cannot be. */
    CompletableFuture<Void> recovered() {
        return recovered;
    }

    void start(RaftLog.Listener newListener) {
        synchronized (this) {
            listener = newListener;
            if (failure != null) {
                newListener.onFailure(failure);
            } else if (spaceLow != null) {
                newListener.onSpaceLow(spaceLow);
            }
        }
    }

    @Override
    public synchronized void low(StorageException why) {
        spaceLow = why;
        tell(to -> to.onSpaceLow(why));
    }

    @Override
    public synchronized void enough() {
        spaceLow = null;
        tell(RaftLog.Listener::onSpaceBack);
    }

    /** Something that is not in use is damaged. */
    synchronized void damaged(StorageException what) {
        tell(to -> to.onDamage(what));
    }

    private void tell(Consumer<RaftLog.Listener> what) {
        RaftLog.Listener to = listener;
        if (to != null && failure == null) {
            what.accept(to);
        }
    }

    void write(LogWrite write) {
        submit(new Request.Write(write));
    }

    void compact(long throughIndex) {
        submit(new Request.Compact(throughIndex));
    }

    void condemn(StorageException why) {
        submit(new Request.Condemn(why));
    }

    /** The durable entries. Any thread. */
    LogView view() {
        return view;
    }

    /** Ends after what was given, and waits for that. Idempotent. */
    void stop() {
        submit(new Request.Stop());
        stopped.join();
    }

    private void submit(Request request) {
        if (!ended) {
            requests.add(request);
            if (turnScheduled.compareAndSet(false, true)) {
                thread.execute(this::turn);
            }
        }
    }

    private void recover(Recovery recovery) {
        try {
            Files files = recovery.run(this);
            view = files.log().state().view();
            open = files;
        } catch (Throwable e) {
            ended = true;
            if (!(e instanceof StorageException)) {
                onPoisoned.run(); // A flush may have failed; a refusal of what was found changes nothing.
            }
            stopped.complete(null);
            recovered.completeExceptionally(e);
            return;
        }
        recovered.complete(null);
        barrier.onFailure(failure -> submit(new Request.Fail(failure)));
    }

    /** What one log does before the next one has its turn. */
    private void turn() {
        turnScheduled.set(false);
        Files files = open;
        if (files == null) {
            return;
        }
        boolean stop = true;
        try {
            stop = serve(files);
        } catch (Throwable e) { // The turn's top: an Error out of a mapping is a failed write like any other.
            ended = true;
            fail(e);
        } finally {
            if (stop) {
                ended = true;
                open = null;
                requests.clear();
                close(files);
                stopped.complete(null);
            }
        }
    }

    /** Does all that waits. Returns whether that was the end. */
    private boolean serve(Files files) throws IOException {
        long compactThrough = 0;
        boolean stop = false;
        // What comes meanwhile gets a flush of its own, after the other logs' turns.
        List<Request> batch = new ArrayList<>();
        for (Request request = requests.poll(); request != null; request = requests.poll()) {
            batch.add(request);
        }
        for (Request request : batch) {
            if (request instanceof Request.Write write) {
                write(files, write.write());
            } else if (request instanceof Request.Compact compact) {
                compactThrough = Math.max(compactThrough, compact.throughIndex());
            } else if (request instanceof Request.Fail fail) {
                throw fail.failure();
            } else if (request instanceof Request.Condemn condemn) {
                condemnation.write(condemn.why());
                throw condemn.why();
            } else {
                stop = true;
            }
        }
        commitGroup(files);
        if (compactThrough > 0) {
            files.log().removeThrough(compactThrough);
            view = files.log().state().view();
        }
        if (stop) {
            files.log().seal();
        }
        return stop;
    }

    private void write(Files files, LogWrite write) throws IOException {
        Invariant.that(write.ticket() > lastTicket, "tickets must increase", write.ticket(), lastTicket);
        HardState hardState = write.hardState();
        FormationRecord formation = write.formation();
        if (hardState != null || formation != null || write.repaired()) {
            commitGroup(files);
            long start = System.nanoTime();
            if (hardState != null) {
                files.hardState().store(hardState);
            }
            if (formation != null) {
                files.formation().store(formation);
                files.hardState().storeFormationState(FormationFile.stateOf(Optional.of(formation)));
            }
            if (write.repaired()) {
                files.hardState().storeRepair(files.hardState().repair().repaired());
                files.log().removeWhatIsAside();
            }
            files.log().noteHardState();
            forceNanos += System.nanoTime() - start;
        }
        EntryId resetTo = write.resetTo();
        if (resetTo != null) {
            files.log().reset(resetTo);
            resetInGroup = true;
            unflushed = true;
        }
        if (write.truncateFromIndex() > 0
                && write.truncateFromIndex() <= files.log().state().last().index()) {
            files.log().truncateFrom(write.truncateFromIndex());
            unflushed = true;
        }
        for (LogEntry entry : write.entries()) {
            files.log().append(entry);
            unflushed = true;
        }
        lastTicket = write.ticket();
        groupWrites++;
    }

    private void commitGroup(Files files) throws IOException {
        if (groupWrites == 0) {
            return;
        }
        if (unflushed) {
            if (durability == Durability.POWER_LOSS || resetInGroup) {
                long start = System.nanoTime();
                files.log().force();
                forceNanos += System.nanoTime() - start;
            } else {
                files.log().writeOut();
            }
            if (resetInGroup) {
                files.log().removeWhatIsReset();
            }
            view = files.log().state().view();
        }
        RaftLog.Listener reportTo = listener;
        Invariant.that(reportTo != null, "a write before start");
        if (reportTo != null) {
            report(reportTo);
        }
        groupWrites = 0;
        unflushed = false;
        resetInGroup = false;
        forceNanos = 0;
    }

    private void report(RaftLog.Listener reportTo) {
        try {
            barrier.report(() -> {
                synchronized (this) {
                    reportTo.onDurable(lastTicket, forceNanos, groupWrites);
                }
            });
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ListenerFailed(e);
        }
    }

    /** Whoever was told of durable writes could not take it. The log ends, but the disk is not in doubt. */
    private static final class ListenerFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ListenerFailed(RuntimeException cause) {
            super("the listener of the log failed", cause);
        }
    }

    private void fail(Throwable cause) {
        StorageException failed = describe(cause);
        boolean diskInDoubt = failed.reason() != Reason.DISK_FULL && failed.reason() != Reason.ROLLED_BACK;
        if (diskInDoubt && !(cause instanceof ListenerFailed)) {
            onPoisoned.run();
        }
        LOG.atError().addKeyValue("reason", failed.reason()).setCause(failed).log("the log failed");
        synchronized (this) {
            tell(to -> to.onFailure(failed));
            failure = failed;
        }
    }

    private StorageException describe(Throwable cause) {
        if (cause instanceof StorageException storage) {
            return storage;
        }
        StorageException failedFlush = barrier.failure();
        return failedFlush != null
                ? failedFlush
                : new StorageException(
                        Reason.FAILED,
                        "writing the log failed (" + cause
                                + "); nothing is accepted any more, since what the disk holds is"
                                + " known only to a new process: check the disk and restart",
                        cause);
    }

    private static void close(Files files) {
        try (HardStateFile hardState = files.hardState();
                LogAppender log = files.log()) {
            LOG.atDebug()
                    .addKeyValue("last", log.state().last())
                    .addKeyValue("term", hardState.read().currentTerm())
                    .log("closing the log");
        } catch (IOException | RuntimeException | Error e) {
            LOG.atWarn().setCause(e).log("could not close the log's files");
        }
    }
}
