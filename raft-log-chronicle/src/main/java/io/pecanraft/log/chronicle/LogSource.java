package io.pecanraft.log.chronicle;

import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;

/**
 * What a log is read from.
 *
 * @param layout where it lies
 * @param storage whose it is
 * @param group the Raft group that its records must name
 * @param watermark how far it was flushed
 * @param snapshots what it need not hold
 */
record LogSource(
        DirectoryLayout layout,
        Incarnation storage,
        GroupId group,
        WatermarkFile watermark,
        SnapshotCoverage snapshots) {}
