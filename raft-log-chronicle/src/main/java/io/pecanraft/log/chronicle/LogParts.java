package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogAppender.Successor;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import java.io.IOException;
import java.util.Deque;

/**
 * What a log is recovered from, and goes on with.
 *
 * @param layout where it lies
 * @param storage whose it is
 * @param group the Raft group that its records must name
 * @param hardState term and vote, and what the log has lost before
 * @param barrier through which everything is flushed
 * @param watermark how far it was flushed
 * @param preparer lays out its segments
 * @param blockBytes their size
 * @param snapshots what it need not hold
 */
record LogParts(
        DirectoryLayout layout,
        Incarnation storage,
        GroupId group,
        HardStateRecovery hardState,
        Barrier barrier,
        WatermarkFile watermark,
        SegmentPreparer preparer,
        long blockBytes,
        SnapshotCoverage snapshots) {

    LogAppender appender(LogState state, Deque<Segment> older, Successor first) throws IOException {
        return new LogAppender(
                layout,
                storage,
                group.value(),
                hardState::generation,
                barrier,
                watermark,
                preparer,
                blockBytes,
                state,
                older,
                first);
    }
}
