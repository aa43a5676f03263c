package io.pecanraft.metrics.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.pecanraft.RaftNode;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.Transport;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node's metrics as Micrometer meters. One for each node; nodes of several groups may share a registry.
 *
 * <pre>{@code
 * MicrometerMetrics metrics = MicrometerMetrics.of(registry, group);
 * RaftNode node = RaftNode.builder().metrics(metrics). ... .build();
 * metrics.watch(node);
 * }</pre>
 *
 * <p>Meters are named {@code raft.*} and tagged with {@code group}; those that concern another server also with {@code peer}, of which
 * the first {@value PeerMeters#MAX_PEERS} that appear have their own and the rest are {@code other}. Which server a meter belongs to
 * is for a tag common to the registry. Times are in seconds and sizes in bytes, as the registry has it.
 *
 * <p>Thread-safe, as far as the registry is.
 */
public final class MicrometerMetrics implements RaftMetrics {

    private final MeterRegistry registry;
    private final Tags tags;
    private final PeerMeters peers;

    private final Counter preElections;
    private final Counter elections;
    private final Counter electionsWon;
    private final Counter leaderChanges;
    private final Counter preferredHandovers;
    private final Counter askedHandovers;
    private final Counter commits;
    private final Timer commitLatency;
    private final Counter applies;
    private final Timer applyTime;
    private final Timer flushTime;
    private final DistributionSummary flushWrites;
    private final DistributionSummary flushEntries;
    private final Counter flushBytes;
    private final Timer snapshotTime;
    private final Timer snapshotCapture;
    private final DistributionSummary snapshotBytes;
    private final Timer installTime;
    private final DistributionSummary installBytes;
    private final Timer turnTime;
    private final DistributionSummary turnInputs;
    private final Counter rejections;
    private final Counter storageDamages;
    private final Counter logLinesLost;

    private final AtomicLong mailbox = new AtomicLong();
    private final AtomicLong proposals = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong applying = new AtomicLong();
    private final AtomicLong sessions = new AtomicLong();
    private final AtomicLong sessionReplyBytes = new AtomicLong();

    private MicrometerMetrics(MeterRegistry registry, GroupId group) {
        this.registry = registry;
        this.tags = Tags.of("group", Long.toUnsignedString(group.value()));
        this.peers = new PeerMeters(registry, tags);
        preElections = counter("raft.elections.started", "kind", "pre-vote");
        elections = counter("raft.elections.started", "kind", "vote");
        electionsWon = counter("raft.elections.won");
        leaderChanges = counter("raft.leader.changes");
        preferredHandovers = counter("raft.leader.handovers", "reason", "priority");
        askedHandovers = counter("raft.leader.handovers", "reason", "asked");
        commits = counter("raft.commit.entries");
        commitLatency = histogram("raft.commit.latency");
        applies = counter("raft.apply.entries");
        applyTime = histogram("raft.apply");
        flushTime = histogram("raft.log.flush");
        flushWrites = summary("raft.log.flush.writes");
        flushEntries = summary("raft.log.flush.entries");
        flushBytes = Counter.builder("raft.log.flush.bytes")
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
        snapshotTime = timer("raft.snapshot.taken");
        snapshotCapture = timer("raft.snapshot.capture");
        snapshotBytes = bytes("raft.snapshot.taken.size");
        installTime = timer("raft.snapshot.installed");
        installBytes = bytes("raft.snapshot.installed.size");
        turnTime = timer("raft.turn");
        turnInputs = summary("raft.turn.inputs");
        rejections = counter("raft.proposals.rejected");
        storageDamages = counter("raft.storage.damages");
        logLinesLost = counter("raft.log.lines.lost");
        queue("mailbox", mailbox);
        queue("proposals", proposals);
        queue("reads", reads);
        queue("applying", applying);
        gauge("raft.sessions.open", sessions);
        Gauge.builder("raft.sessions.replies", sessionReplyBytes, AtomicLong::get)
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
    }

    /**
     * Registers the meters of a node.
     *
     * @param group the node's group, as its storage has it
     */
    public static MicrometerMetrics of(MeterRegistry registry, GroupId group) {
        return new MicrometerMetrics(registry, group);
    }

    /**
     * Also registers what a node's status says: whether it leads, whether it knows a leader, its term and its indexes. The registry does
     * not keep the node alive.
     */
    public void watch(RaftNode node) {
        StatusGauges.register(registry, tags, node);
    }

    // ---- what a node reports

    @Override
    public void electionStarted(boolean preVote) {
        (preVote ? preElections : elections).increment();
    }

    @Override
    public void electionWon(long term) {
        electionsWon.increment();
    }

    @Override
    public void leaderChanged(long term) {
        leaderChanges.increment();
        // Only a leader knows how far others are behind, and what it knew is of no use any more.
        peers.forgetLags();
    }

    @Override
    public void handoverStarted(boolean preferred) {
        (preferred ? preferredHandovers : askedHandovers).increment();
    }

    @Override
    public void committed(int entries, long oldestNanos) {
        commits.increment(entries);
        if (oldestNanos > 0) {
            commitLatency.record(oldestNanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void applied(int entries, long nanos) {
        applies.increment(entries);
        applyTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void persisted(int writes, int entries, long bytes, long forceNanos) {
        flushTime.record(forceNanos, TimeUnit.NANOSECONDS);
        flushWrites.record(writes);
        flushEntries.record(entries);
        flushBytes.increment((double) bytes);
    }

    @Override
    public void replicationLag(NodeId follower, long entries, long bytes) {
        peers.lag(follower, entries, bytes);
    }

    @Override
    public void messageSent(NodeId to, String type) {
        peers.count("raft.messages.sent", to, type, "");
    }

    @Override
    public void messageReceived(NodeId from, String type) {
        peers.count("raft.messages.received", from, type, "");
    }

    @Override
    public void messageDropped(NodeId from, String type) {
        peers.count("raft.messages.dropped", from, type, "");
    }

    @Override
    public void messageNotSent(NodeId to, String type, Transport.Loss why) {
        peers.count("raft.messages.not.sent", to, type, why.name());
    }

    @Override
    public void peerUnreachable(NodeId peer) {
        peers.count("raft.peer.unreachable", peer, "", "");
    }

    @Override
    public void snapshotTaken(long bytes, long captureNanos, long totalNanos) {
        snapshotBytes.record((double) bytes);
        snapshotCapture.record(captureNanos, TimeUnit.NANOSECONDS);
        snapshotTime.record(totalNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void snapshotInstalled(long bytes, long nanos) {
        installBytes.record((double) bytes);
        installTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void turn(int inputs, long nanos) {
        turnInputs.record(inputs);
        turnTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void queueDepths(int mailboxDepth, int proposalDepth, int readDepth, int applyDepth) {
        mailbox.set(mailboxDepth);
        proposals.set(proposalDepth);
        reads.set(readDepth);
        applying.set(applyDepth);
    }

    @Override
    public void sessions(int open, long replyBytes) {
        sessions.set(open);
        sessionReplyBytes.set(replyBytes);
    }

    @Override
    public void proposalRejected() {
        rejections.increment();
    }

    @Override
    public void storageDamaged() {
        storageDamages.increment();
    }

    @Override
    public void logLineLost() {
        logLinesLost.increment();
    }

    // ---- meters

    private Counter counter(String name, String... moreTags) {
        return Counter.builder(name).tags(tags.and(moreTags)).register(registry);
    }

    private Timer timer(String name) {
        return Timer.builder(name).tags(tags).register(registry);
    }

    private Timer histogram(String name) {
        return Timer.builder(name).tags(tags).publishPercentileHistogram().register(registry);
    }

    private DistributionSummary summary(String name) {
        return DistributionSummary.builder(name).tags(tags).register(registry);
    }

    private DistributionSummary bytes(String name) {
        return DistributionSummary.builder(name).baseUnit("bytes").tags(tags).register(registry);
    }

    private void queue(String name, AtomicLong depth) {
        Gauge.builder("raft.queue", depth, AtomicLong::get)
                .tags(tags.and("queue", name))
                .register(registry);
    }

    private void gauge(String name, AtomicLong value) {
        Gauge.builder(name, value, AtomicLong::get).tags(tags).register(registry);
    }
}
