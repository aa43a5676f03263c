package io.pecanraft.protocol;

/**
 * The numbers that the algorithm needs; {@code io.pecanraft.RaftConfig} says what each means. Times are in nanoseconds, sizes
 * in payload bytes.
 */
public record ProtocolSettings(
        long electionTimeoutNanos,
        long heartbeatIntervalNanos,
        long diskStallNanos,
        int maxUncommittedEntries,
        long maxUncommittedBytes,
        int maxAppendEntries,
        int maxAppendBytes,
        int maxInFlightEntries,
        int maxInFlightBytes,
        long tailCacheBytes,
        int maxApplyEntries,
        int maxApplyBytes,
        long retainedLogEntries,
        int snapshotChunkBytes,
        int snapshotWindowChunks,
        boolean forwarding,
        boolean leaseReads,
        int maxClockDriftPpm,
        int leaderPriority,
        long leaderPriorityDelayNanos,
        int catchUpRounds,
        long catchUpStallNanos,
        int applicationVersion) {}
