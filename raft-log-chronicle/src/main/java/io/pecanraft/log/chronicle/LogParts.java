package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogAppender.Successor;
import java.io.IOException;
import java.util.Deque;

/**
 * What a log is recovered from, and goes on with.
 *
 * @param source what is there
 * @param hardState term and vote, and what the log has lost before
 * @param barrier through which everything is flushed
 * @param preparer lays out its segments
 * @param blockBytes their size
 */
record LogParts(
        LogSource source, HardStateRecovery hardState, Barrier barrier, SegmentPreparer preparer, long blockBytes) {

    LogAppender appender(LogState state, Deque<Segment> older, Successor first) throws IOException {
        return new LogAppender(
                source.layout(),
                source.storage(),
                source.group().value(),
                hardState::generation,
                barrier,
                source.watermark(),
                preparer,
                blockBytes,
                state,
                older,
                first);
    }
}
