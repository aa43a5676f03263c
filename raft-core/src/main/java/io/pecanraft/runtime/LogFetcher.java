package io.pecanraft.runtime;

import io.pecanraft.model.LogEntry;
import io.pecanraft.protocol.Effect;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.StorageException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads entries that are no longer in memory, for followers that lag, damaged logs, and a state machine that catches up. */
final class LogFetcher {

    private final RaftLog log;
    private final Mailbox mailbox;
    private volatile long compactedThroughIndex;

    /** How often entries were replaced or taken away. */
    private final AtomicLong replacements = new AtomicLong();

    LogFetcher(RaftLog log, Mailbox mailbox) {
        this.log = log;
        this.mailbox = mailbox;
    }

    /** Reads, and answers through the mailbox. Raft thread. */
    void fetch(Effect.ReadLog read) {
        long replacementsBefore = replacements.get();
        CompletableFuture<List<LogEntry>> entries;
        try {
            entries = log.read(read.fromIndex(), read.toIndexExclusive(), read.maxBytes());
        } catch (StorageException e) {
            entries = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<List<LogEntry>> unused = entries.whenComplete((found, failure) -> mailbox.post(
                found != null ? new Input.LogRead(read.token(), found) : unread(read, replacementsBefore, failure)));
    }

    /** A write that truncates or resets the log is about to be given to it. Raft thread. */
    void entriesReplaced() {
        replacements.incrementAndGet();
    }

    /** The log may have forgotten everything up to this index. Raft thread. */
    void compacted(long throughIndex) {
        compactedThroughIndex = Math.max(compactedThroughIndex, throughIndex);
    }

    /**
     * What a read that failed means. Compaction may have overtaken it, and the follower needs a snapshot; or a new leader has
     * other entries there, and nobody needs the answer any more. Anything else is damage to what was durable.
     */
    private Input unread(Effect.ReadLog read, long replacementsBefore, @Nullable Throwable failure) {
        if (read.fromIndex() <= compactedThroughIndex || replacements.get() != replacementsBefore) {
            return new Input.LogRead(read.token(), List.of());
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new Input.Broken(new IllegalStateException(
                "log entries from " + read.fromIndex() + " on could not be read: " + cause, cause));
    }
}
