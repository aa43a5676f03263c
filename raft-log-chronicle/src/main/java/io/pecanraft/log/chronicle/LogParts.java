package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogAppender.Successor;
import io.pecanraft.model.Durability;
import java.io.IOException;
import java.util.Deque;

/**
 * What a log is recovered from, and goes on with.
 *
 * @param source what is there
 * @param hardState term and vote, and what the log has lost before
 * @param barrier through which everything is flushed
 * @param durability what an entry survives once it is promised
 * @param preparer lays out its segments
 * @param blockBytes their size
 */
record LogParts(
        LogSource source,
        HardStateRecovery hardState,
        Barrier barrier,
        Durability durability,
        SegmentPreparer preparer,
        long blockBytes) {

    /**
     * Goes on in a new segment.
     *
     * @param keptBytes what must be left on the disk
     * @throws io.pecanraft.spi.StorageException with reason DISK_FULL when there is no room for that; nothing has changed then
     */
    LogAppender appender(LogState state, Deque<Segment> older, Successor first, long keptBytes) throws IOException {
        return new LogAppender(
                source.layout(),
                source.storage(),
                source.group().value(),
                durability,
                hardState::generation,
                barrier,
                source.watermark(),
                preparer,
                blockBytes,
                state,
                older,
                first,
                keptBytes);
    }
}
