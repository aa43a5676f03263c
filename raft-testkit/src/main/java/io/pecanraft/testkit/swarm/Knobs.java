package io.pecanraft.testkit.swarm;

import io.pecanraft.RaftConfig;
import io.pecanraft.testkit.sim.SimRandom;
import java.time.Duration;

/**
 * Settings that nobody would choose, drawn anew for each seed: batches of one, windows of one, snapshots every few entries,
 * chunks of a few bytes, no retained log. With the defaults the interesting branches are taken once in a blue moon.
 */
final class Knobs {

    private static final int MIB = 1024 * 1024;

    private Knobs() {}

    static RaftConfig draw(SimRandom random) {
        Duration electionTimeout = Duration.ofMillis(random.pick(100, 200, 500));
        return RaftConfig.builder()
                .electionTimeout(electionTimeout)
                .heartbeatInterval(electionTimeout.dividedBy(random.pick(5, 10)))
                .diskStallTimeout(electionTimeout.multipliedBy(random.pick(1, 3, 10)))
                .proposalTimeout(electionTimeout.multipliedBy(random.pick(5, 20)))
                .readTimeout(electionTimeout.multipliedBy(random.pick(5, 20)))
                .maxAppendEntries((int) random.pick(1, 2, 4_096))
                .maxAppendBytes((int) random.pick(1, 200, MIB))
                .maxInFlightEntries((int) random.pick(1, 8, 65_536))
                .maxInFlightBytes((int) random.pick(1, 500, 16L * MIB))
                .tailCacheBytes(random.pick(0, 200, 64L * MIB))
                .maxApplyEntries((int) random.pick(1, 3, 4_096))
                .maxApplyBytes((int) random.pick(1, 100, 4L * MIB))
                .snapshotLogBytes(random.pick(0, 100, 400, 2_000))
                .retainedLogEntries(random.pick(0, 1, 10, 1_000))
                .snapshotChunkBytes((int) random.pick(7, 64, MIB))
                .snapshotWindowChunks((int) random.pick(1, 2, 4))
                .maxUncommittedEntries((int) random.pick(2, 16, 65_536))
                .maxUncommittedBytes(random.pick(100, 1_000, 64L * MIB))
                .maxPendingReads((int) random.pick(2, 65_536))
                .maxPendingForwards((int) random.pick(2, 65_536))
                .mailboxCapacity((int) random.pick(32, 131_072))
                .forwarding(random.chance(0.8))
                .build();
    }

    static String describe(RaftConfig config) {
        return "electionTimeout " + config.electionTimeout().toMillis() + " ms, heartbeatInterval "
                + config.heartbeatInterval().toMillis() + " ms, diskStallTimeout "
                + config.diskStallTimeout().toMillis() + " ms, timeouts "
                + config.proposalTimeout().toMillis() + " and "
                + config.readTimeout().toMillis() + " ms, append "
                + config.maxAppendEntries() + " entries or " + config.maxAppendBytes() + " B, in flight "
                + config.maxInFlightEntries() + " or " + config.maxInFlightBytes() + " B, tail "
                + config.tailCacheBytes() + " B, apply " + config.maxApplyEntries() + " or " + config.maxApplyBytes()
                + " B, snapshot every " + config.snapshotLogBytes() + " B, retain " + config.retainedLogEntries()
                + ", chunks " + config.snapshotWindowChunks() + " x " + config.snapshotChunkBytes()
                + " B, uncommitted " + config.maxUncommittedEntries() + " or " + config.maxUncommittedBytes()
                + " B, pending " + config.maxPendingReads() + " reads and " + config.maxPendingForwards()
                + " forwards, mailbox " + config.mailboxCapacity() + ", forwarding " + config.forwarding();
    }
}
