package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogView.Extent;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Reads entries on a few threads of its own. Reads by position through a file channel, not through a mapping, so that a bad disk
 * is an exception and not a signal; checks every record's checksum, incarnation, index and term place; returns heap copies.
 */
final class LogReader implements Closeable {

    /** More than this many waiting reads are refused. The core asks for one at a time per follower. */
    private static final int MAX_WAITING_READS = 1024;

    private static final int THREADS = 2;
    private static final int MIN_WINDOW_BYTES = 16 << 10;
    private static final int MAX_WINDOW_BYTES = 1 << 20;

    private final Supplier<LogView> view;
    private final ThreadPoolExecutor threads;

    LogReader(Supplier<LogView> view, String name) {
        this.view = view;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING_READS), task -> {
                    Thread reader = new Thread(task, "pecan-log-reader-" + name);
                    reader.setDaemon(true);
                    return reader;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    CompletableFuture<List<LogEntry>> read(long fromIndex, long toIndexExclusive, int maxBytes) {
        if (fromIndex < 1 || toIndexExclusive <= fromIndex) {
            throw new IllegalArgumentException("no entries from " + fromIndex + " to before " + toIndexExclusive);
        }
        CompletableFuture<List<LogEntry>> result = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    result.complete(read(view.get(), fromIndex, toIndexExclusive, maxBytes));
                } catch (StorageException e) {
                    result.completeExceptionally(e);
                } catch (IOException e) {
                    result.completeExceptionally(new StorageException(
                            Reason.FAILED, "reading the log from index " + fromIndex + " failed (" + e + ")", e));
                } catch (RuntimeException | Error e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new StorageException(
                    Reason.FAILED, "more than " + MAX_WAITING_READS + " reads of the log wait, or it is closed", e));
        }
        return result;
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /** Reads on the calling thread. */
    static List<LogEntry> read(LogView view, long fromIndex, long toIndexExclusive, int maxBytes) throws IOException {
        if (fromIndex <= view.base().index() || fromIndex > view.lastIndex()) {
            throw new StorageException(
                    Reason.FAILED,
                    "entry " + fromIndex + " is not in the log, which holds those after "
                            + view.base().index() + " to " + view.lastIndex());
        }
        long end = Math.min(toIndexExclusive, view.lastIndex() + 1);
        Collector collector = new Collector(fromIndex, maxBytes);
        int extent = view.extentOf(fromIndex);
        while (collector.wantsMore() && collector.nextIndex < end) {
            long extentEnd = Math.min(end, view.lastIndexOf(extent) + 1);
            readExtent(view.extents().get(extent), extentEnd, collector);
            extent++;
        }
        return collector.entries;
    }

    private static void readExtent(Extent extent, long endExclusive, Collector collector) throws IOException {
        Segment segment = extent.segment();
        if (!segment.acquire()) {
            throw new StorageException(
                    Reason.FAILED, "entry " + collector.nextIndex + " was compacted away with " + segment.file());
        }
        try {
            int wanted = extent.ordinalOf(collector.nextIndex);
            Segment.Mark mark = segment.markBefore(wanted);
            int windowBytes = Math.max(MIN_WINDOW_BYTES, Math.min(MAX_WINDOW_BYTES, collector.maxBytes));
            DocumentCursor cursor = new DocumentCursor(
                    segment.channel(), mark.position(), segment.header().blockBytes(), windowBytes);
            int ordinal = mark.ordinal();
            while (collector.wantsMore() && collector.nextIndex < endExclusive) {
                if (!cursor.next()) {
                    throw damaged(segment, cursor.position(), collector.nextIndex);
                }
                if (ordinal++ >= wanted) {
                    collector.add(segment, cursor);
                }
            }
        } finally {
            segment.release();
        }
    }

    private static StorageException damaged(Segment segment, long position, long index) {
        return Damage.corrupt(
                segment.file(), position, index, "entry " + index + ", which was flushed, is not readable");
    }

    /** Takes entries until there are enough. */
    private static final class Collector {
        private final int maxBytes;
        private final List<LogEntry> entries = new ArrayList<>();
        private long nextIndex;
        private long bytes;
        private boolean full;

        Collector(long fromIndex, int maxBytes) {
            this.nextIndex = fromIndex;
            this.maxBytes = maxBytes;
        }

        boolean wantsMore() {
            return !full;
        }

        void add(Segment segment, DocumentCursor cursor) {
            LogRecord record = LogRecord.parse(cursor.document());
            if (record == null
                    || record.type() != RecordType.ENTRY
                    || record.index() != nextIndex
                    || record.incarnation() != segment.header().incarnation()) {
                throw damaged(segment, cursor.position(), nextIndex);
            }
            if (!entries.isEmpty() && bytes + record.payloadBytes() > maxBytes) {
                full = true;
                return;
            }
            entries.add(record.entry());
            bytes += record.payloadBytes();
            nextIndex++;
        }
    }
}
