package io.pecanraft.testkit.sim;

import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log of a simulated disk, as one process uses it: writes show at once, are flushed in groups, and are reported when
 * they are durable, or a moment later.
 */
final class SimLog implements RaftLog {

    /** From the end of a flush to its report, as if a thread had to wake up: a crash may fall in between. */
    private static final long MEAN_REPORT_NANOS = 20_000;

    private static final long MEAN_READ_NANOS = 300_000;

    /** Stands among the tickets for a compaction, which has none. */
    private static final long COMPACTION = 0;

    private final SimDisk disk;
    private final SimProcess process;
    private final Deque<Long> tickets = new ArrayDeque<>();
    private @Nullable Listener listener;
    private boolean recovered;
    private boolean flushing;
    private boolean poisoned;
    private boolean failureReported;
    private boolean closed;
    private long lastTicket;
    private final Executor writer;
    private final Executor reader;

    SimLog(SimDisk disk, SimProcess process) {
        this.disk = disk;
        this.process = process;
        this.writer = process.executor(SimProcess.Lane.OTHER, 0, MEAN_REPORT_NANOS);
        this.reader = process.executor(SimProcess.Lane.OTHER, MEAN_READ_NANOS / 10, MEAN_READ_NANOS);
    }

    @Override
    public RecoveredLog recover() {
        require(!recovered, "recover() is called once");
        recovered = true;
        disk.requireWritable();
        disk.flushAll();
        disk.discardWhatIsDamaged();
        return disk.written().recovered();
    }

    @Override
    public void start(Listener newListener) {
        require(recovered && listener == null, "start() is called once, after recover()");
        listener = newListener;
        if (disk.isFull()) {
            spaceLow();
        }
    }

    /** The disk has filled. */
    void spaceLow() {
        report(to -> to.onSpaceLow(new StorageException(
                StorageException.Reason.DISK_FULL,
                "the simulated disk of " + disk.identity().node() + " is full")));
    }

    /** There is room again. */
    void spaceBack() {
        report(Listener::onSpaceBack);
    }

    @Override
    public void write(LogWrite write) {
        if (hasEnded()) {
            return;
        }
        require(listener != null, "write() comes after start()");
        require(
                write.ticket() > lastTicket,
                "tickets strictly increase, got " + write.ticket() + " after " + lastTicket);
        lastTicket = write.ticket();
        tickets.add(write.ticket());
        disk.write(write);
        flush();
    }

    @Override
    public CompletableFuture<List<LogEntry>> read(long fromIndex, long toIndexExclusive, int maxBytes) {
        CompletableFuture<List<LogEntry>> result = new CompletableFuture<>();
        reader.execute(() -> {
            LogImage durable = disk.durable();
            if (disk.takeReadFailure()) {
                result.completeExceptionally(
                        new StorageException(StorageException.Reason.CORRUPT, "simulated failure of a read"));
            } else if (fromIndex <= durable.base().index() || fromIndex > durable.lastIndex()) {
                result.completeExceptionally(new StorageException(
                        StorageException.Reason.CORRUPT,
                        "no entry " + fromIndex + " in a log from "
                                + (durable.base().index() + 1) + " to " + durable.lastIndex()));
            } else {
                result.complete(durable.read(fromIndex, toIndexExclusive, maxBytes));
            }
        });
        return result;
    }

    @Override
    public void compact(long throughIndex) {
        if (hasEnded()) {
            return;
        }
        long covered =
                disk.newestSnapshot().map(meta -> meta.lastIncludedIndex()).orElse(0L);
        if (throughIndex > covered) {
            disk.verdict.fail(
                    "compact-only-what-a-snapshot-covers",
                    disk.identity().node() + " compacts through " + throughIndex + " with a durable snapshot of "
                            + covered);
        }
        // As far as it suits the storage: whole segments in a real one.
        disk.compact(
                disk.random.between(Math.min(throughIndex, disk.written().base().index()), throughIndex));
        tickets.add(COMPACTION);
        flush();
    }

    @Override
    public void condemn(StorageException why) {
        if (hasEnded()) {
            return;
        }
        disk.condemn();
        report(to -> {
            failureReported = true;
            to.onFailure(why);
        });
    }

    void close() {
        closed = true;
        if (process.alive() && !poisoned && disk.isWritable()) {
            disk.flushAll();
        }
    }

    private void flush() {
        if (flushing || disk.unflushed() == 0) {
            return;
        }
        flushing = true;
        int operations = disk.unflushed();
        long forceNanos = disk.forceNanos();
        disk.afterFlush(forceNanos, () -> {
            // Without its process a flush may as well not have happened; the crash decides.
            if (process.alive() && !closed) {
                flushEnded(operations, forceNanos);
            }
        });
    }

    private void flushEnded(int operations, long forceNanos) {
        StorageException.Reason failed = disk.takeForceFailure();
        if (failed != null) {
            // Until the process hears of it, it goes on writing, into a page cache that is not flushed any more.
            poisoned = true;
            disk.trace.add(Trace.Kind.FAULT, disk.node(), "flush failed");
            report(to -> {
                failureReported = true;
                to.onFailure(new StorageException(failed, "simulated failure of a flush"));
            });
            return;
        }
        disk.flushed(operations);
        long durableTicket = 0;
        int writes = 0;
        for (int i = 0; i < operations; i++) {
            long ticket = tickets.remove();
            if (ticket != COMPACTION) {
                durableTicket = ticket;
                writes++;
            }
        }
        disk.trace.add(Trace.Kind.DURABLE, disk.node(), SimScheduler.NO_NODE, durableTicket, null);
        long ticket = durableTicket;
        int count = writes;
        report(to -> {
            if (count > 0) {
                to.onDurable(ticket, forceNanos, count);
            }
            flushing = false;
            flush();
        });
    }

    private void report(Consumer<Listener> what) {
        writer.execute(() -> {
            if (listener != null && !closed && !failureReported) {
                what.accept(listener);
            }
        });
    }

    private boolean hasEnded() {
        return failureReported || closed || disk.isCondemned() || !process.alive();
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            disk.verdict.fail("log-contract", disk.identity().node() + ": " + what);
        }
    }
}
