package io.pecanraft.runtime;

import io.pecanraft.model.LogEntry;
import io.pecanraft.protocol.Effect;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.StorageException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Reads entries that are no longer in memory, for followers that lag and for a state machine that catches up. */
final class LogFetcher {

    private final RaftLog log;
    private final Mailbox mailbox;
    private volatile long compactedThroughIndex;

    LogFetcher(RaftLog log, Mailbox mailbox) {
        this.log = log;
        this.mailbox = mailbox;
    }

    /** Reads, and answers through the mailbox. Raft thread. */
    void fetch(Effect.ReadLog read) {
        CompletableFuture<List<LogEntry>> entries;
        try {
            entries = log.read(read.fromIndex(), read.toIndexExclusive(), read.maxBytes());
        } catch (StorageException e) {
            entries = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<List<LogEntry>> unused =
                entries.whenComplete((found, failure) -> mailbox.post(answer(read, found, failure)));
    }

    /** The log may have forgotten everything up to this index. Raft thread. */
    void compacted(long throughIndex) {
        compactedThroughIndex = Math.max(compactedThroughIndex, throughIndex);
    }

    private Input answer(Effect.ReadLog read, @Nullable List<LogEntry> found, @Nullable Throwable failure) {
        if (found != null) {
            return new Input.LogRead(read.token(), found);
        }
        // Compaction may overtake a read; the follower then needs a snapshot. Anything else is damage to what was
        // durable.
        if (read.fromIndex() <= compactedThroughIndex) {
            return new Input.LogRead(read.token(), List.of());
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new Input.Broken(new IllegalStateException(
                "log entries from " + read.fromIndex() + " on could not be read: " + cause, cause));
    }
}
