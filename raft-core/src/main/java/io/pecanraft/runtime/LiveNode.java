package io.pecanraft.runtime;

import io.pecanraft.RaftConfig;
import io.pecanraft.model.NodeId;
import io.pecanraft.protocol.ProtocolSettings;
import io.pecanraft.protocol.Raft;
import io.pecanraft.protocol.Recovered;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import java.util.SplittableRandom;

/** What exists while a node takes part: the protocol, the way out, and the loop between them. Made on the raft thread. */
record LiveNode(TurnLoop loop, ForwardGate forwardGate) {

    /** Makes the protocol from what was recovered and connects it. */
    static LiveNode of(
            NodeParts parts,
            Recovered recovered,
            NodeLanes lanes,
            Mailbox mailbox,
            Applier applier,
            Completions completions,
            EventPublisher events,
            Leadership leadership,
            NodeLog log,
            StatusBoard status,
            Transport.Outbound outbound,
            SplittableRandom random,
            long nowNanos) {
        RaftConfig config = parts.config();
        StorageIdentity identity = parts.identity();
        NodeId self = identity.node();
        long nonce = random.nextLong();
        Raft raft = new Raft(
                identity.memberId(),
                parts.bootstrap(),
                settings(config),
                random.split(),
                recovered,
                nowNanos,
                parts.executors().raft().epochMillis());

        MessageSender out = new MessageSender(outbound, parts.metrics());
        PendingProposals proposals = new PendingProposals(completions);
        PendingReads reads = new PendingReads(raft, parts.executors().raft(), applier, completions);
        PendingForwards forwards = new PendingForwards(self, nonce, config, out, completions, parts.metrics());
        PendingMembershipChanges membershipChanges = new PendingMembershipChanges(self, raft, completions);
        HeldProposals held = new HeldProposals(config, raft, completions);
        PendingTransfers transfers = new PendingTransfers(self, raft, completions);
        Proposer proposer = new Proposer(self, config, raft, proposals, forwards, held, completions, parts.metrics());
        Snapshots snapshots = snapshots(parts, lanes, mailbox, applier, completions, log, out);
        RaftLog storageLog = parts.storage().log();
        EffectRunner effects = new EffectRunner(
                raft,
                storageLog,
                new LogFetcher(storageLog, mailbox),
                outbound,
                out,
                applier,
                proposals,
                forwards,
                reads,
                transfers,
                membershipChanges,
                snapshots,
                events);
        TurnLoop loop = new TurnLoop(
                raft,
                parts.executors().raft(),
                mailbox,
                proposer,
                proposals,
                held,
                forwards,
                new ForwardService(self, config, raft, out, proposer, completions),
                reads,
                transfers,
                membershipChanges,
                snapshots,
                effects,
                completions,
                events,
                leadership,
                log,
                status,
                parts.metrics(),
                config.heartbeatInterval().toNanos());
        ForwardGate forwardGate = new ForwardGate(
                parts.identity().memberId(),
                config,
                mailbox,
                out,
                parts.metrics(),
                raft.currentTerm(),
                () -> status.latest().term());
        return new LiveNode(loop, forwardGate);
    }

    private static Snapshots snapshots(
            NodeParts parts,
            NodeLanes lanes,
            Mailbox mailbox,
            Applier applier,
            Completions completions,
            NodeLog log,
            MessageSender out) {
        var store = parts.storage().snapshots();
        SnapshotTaker taker = new SnapshotTaker(
                parts.config(),
                applier,
                store,
                lanes.snapshot(),
                completions,
                parts.executors().raft(),
                log,
                mailbox);
        SnapshotSender sender = new SnapshotSender(store, lanes.snapshot(), out, log, mailbox);
        SnapshotReceiver receiver = new SnapshotReceiver(store, lanes.snapshot(), log, mailbox);
        return new Snapshots(taker, sender, receiver, store, lanes.snapshot(), applier);
    }

    private static ProtocolSettings settings(RaftConfig config) {
        return new ProtocolSettings(
                config.electionTimeout().toNanos(),
                config.heartbeatInterval().toNanos(),
                config.diskStallTimeout().toNanos(),
                config.maxUncommittedEntries(),
                config.maxUncommittedBytes(),
                config.maxAppendEntries(),
                config.maxAppendBytes(),
                config.maxInFlightEntries(),
                config.maxInFlightBytes(),
                config.tailCacheBytes(),
                config.maxApplyEntries(),
                config.maxApplyBytes(),
                config.retainedLogEntries(),
                config.snapshotChunkBytes(),
                config.snapshotWindowChunks(),
                config.forwarding(),
                config.leaseReads(),
                config.maxClockDriftPpm(),
                config.leaderPriority(),
                config.leaderPriorityDelay().toNanos(),
                config.catchUpRounds(),
                config.catchUpStallTimeout().toNanos(),
                config.applicationVersion());
    }
}
