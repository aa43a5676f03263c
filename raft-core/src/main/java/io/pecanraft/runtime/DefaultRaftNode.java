package io.pecanraft.runtime;

import io.pecanraft.CommandTooLargeException;
import io.pecanraft.LeadershipListener;
import io.pecanraft.LeaseReadsOffException;
import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStoppedException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.OverloadedException;
import io.pecanraft.ProposalOptions;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftEvent;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.RaftSession;
import io.pecanraft.SessionCalls;
import io.pecanraft.SessionOptions;
import io.pecanraft.SnapshotFailedException;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.protocol.Recovered;
import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The default node: puts what callers, peers and the disk say into the mailbox, begins and ends the node, and does nothing
 * else.
 */
final class DefaultRaftNode implements RaftNode {

    private static final int FLUSHES_IN_AN_ELECTION_TIMEOUT = 4;

    private final NodeParts parts;
    private final NodeId self;
    private final RaftConfig config;
    private final RaftMetrics metrics;
    private final RaftExecutor clock;
    private final NodeLanes lanes;
    private final Mailbox mailbox;
    private final NodeLog log;
    private final StatusBoard status;
    private final EventPublisher events;
    private final Leadership leadership;
    private final Completions completions;
    private final Applier applier;
    private final Release release;

    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean closeRequested = new AtomicBoolean();
    private final NodeSessions sessions;
    private final CallbackExecutor callbackExecutor;
    private final AtomicLong sessionsOpened = new AtomicLong();
    private final AtomicInteger outstandingReads = new AtomicInteger();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile boolean live;
    private volatile @Nullable Termination termination;

    /** Null until the node takes part: before that it leads no term that a command could be meant for. */
    private volatile @Nullable ForwardGate forwardGate;

    // Raft thread.
    private @Nullable TurnLoop loop;
    private Transport.@Nullable Outbound outbound;

    DefaultRaftNode(NodeParts parts) {
        this.parts = parts;
        this.self = parts.identity().node();
        this.config = parts.config();
        this.metrics = parts.metrics();
        this.clock = parts.executors().raft();
        this.lanes = NodeLanes.of(parts.executors(), this::fail);
        this.mailbox = new Mailbox(config.mailboxCapacity(), config.maxUncommittedBytes(), this::requestTurn);
        this.log = new NodeLog(parts.identity(), new LogLines(lanes.events(), config.maxQueuedEvents(), metrics));
        this.status = new StatusBoard(parts.identity(), parts.config().applicationVersion());
        this.events = new EventPublisher(
                log, metrics, NodeRecorder.of(parts.identity()), lanes.events(), config.maxQueuedEvents());
        this.leadership = new Leadership(lanes.events(), log);
        this.completions = new Completions(lanes.events());
        this.applier = new Applier(self, parts.stateMachine(), lanes.apply(), lanes.results(), clock, metrics, mailbox);
        this.sessions = new NodeSessions(config, this::propose);
        this.callbackExecutor = new CallbackExecutor(lanes.events(), clock);
        this.release = new Release(applier, parts.storage(), parts.executors(), lanes, log);
    }

    // ---- what callers want

    @Override
    public CompletableFuture<Void> start() {
        if (begun.compareAndSet(false, true)) {
            status.enter(NodeStatus.State.RECOVERING);
            long startNanos = clock.nanoTime();
            Recovery recovery = new Recovery(parts.storage(), applier, lanes.snapshot(), lanes.apply());
            try {
                recovery.run(recovered -> lanes.raft().execute(() -> begin(recovered, startNanos)));
            } catch (RejectedExecutionException e) {
                fail(e);
            }
        }
        return started;
    }

    @Override
    public CompletableFuture<ByteBuffer> propose(ByteBuffer command) {
        return propose(EntryType.COMMAND, command, 0, config.proposalTimeout(), (index, reply) -> reply);
    }

    @Override
    public CompletableFuture<ProposalResult> propose(ByteBuffer command, ProposalOptions options) {
        return propose(
                EntryType.COMMAND, command, 0, options.timeout().orElse(config.proposalTimeout()), ProposalResult::new);
    }

    private <T> CompletableFuture<T> propose(
            EntryType type, ByteBuffer payload, int headerBytes, Duration timeout, ClientProposal.Shape<T> shape) {
        RaftException refusal = refusal();
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        int commandBytes = payload.remaining() - headerBytes;
        if (commandBytes > config.maxCommandBytes()) {
            return CompletableFuture.failedFuture(new CommandTooLargeException(commandBytes, config.maxCommandBytes()));
        }
        ClientProposal<T> proposal = new ClientProposal<>(type, copyOf(payload), clock.nanoTime(), timeout, shape);
        RaftException full = offer(proposal);
        return full == null ? proposal.future() : CompletableFuture.failedFuture(full);
    }

    @Override
    public SessionCalls sessions() {
        return sessions;
    }

    @Override
    public CompletableFuture<RaftSession> openSession() {
        long seed = parts.seed() + sessionsOpened.incrementAndGet();
        return RaftSession.open(
                List.of(sessions),
                SessionOptions.of(callbackExecutor, seed).withCommandTimeout(config.proposalTimeout()));
    }

    @Override
    public CompletableFuture<ByteBuffer> read(ByteBuffer query, ReadConsistency consistency) {
        RaftException refusal = refusal();
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        if (consistency instanceof ReadConsistency.Lease && !config.leaseReads()) {
            return CompletableFuture.failedFuture(new LeaseReadsOffException("node " + self
                    + " is not configured for lease reads; set leaseReads(true) on all members, or read linearizably"));
        }
        if (outstandingReads.incrementAndGet() > config.maxPendingReads()) {
            outstandingReads.decrementAndGet();
            return CompletableFuture.failedFuture(new OverloadedException("maxPendingReads", config.maxPendingReads()));
        }
        Read read = new Read(copyOf(query), consistency, clock.nanoTime(), config.readTimeout(), outstandingReads);
        RaftException full = offer(read);
        if (full != null) {
            outstandingReads.decrementAndGet();
            return CompletableFuture.failedFuture(full);
        }
        return read.future();
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership(NodeId target) {
        return transfer(target);
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership() {
        return transfer(null);
    }

    private CompletableFuture<NodeId> transfer(@Nullable NodeId target) {
        RaftException refusal = refusal();
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        // Once for the target to be asked, once for it to be heard of.
        TransferRequest request = new TransferRequest(
                target, clock.nanoTime(), config.electionTimeout().multipliedBy(2));
        RaftException full = offer(request);
        return full == null ? request.future() : CompletableFuture.failedFuture(full);
    }

    @Override
    public CompletableFuture<SnapshotMeta> takeSnapshot() {
        RaftException refusal = refusal();
        if (refusal instanceof NotLeaderException) {
            refusal = new SnapshotFailedException("node " + self + " is still reading back what its storage holds");
        }
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        SnapshotRequest request = new SnapshotRequest(clock.nanoTime());
        RaftException full = offer(request);
        return full == null ? request.future() : CompletableFuture.failedFuture(full);
    }

    @Override
    public CompletableFuture<Membership> changeMembership(MembershipChange change) {
        RaftException refusal = refusal();
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        MembershipRequest request = new MembershipRequest(change, clock.nanoTime(), config.membershipChangeTimeout());
        RaftException full = offer(request);
        return full == null ? request.future() : CompletableFuture.failedFuture(full);
    }

    @Override
    public NodeStatus status() {
        return status.latest();
    }

    @Override
    public Subscription subscribe(Consumer<RaftEvent> listener) {
        return events.subscribe(listener);
    }

    @Override
    public Subscription onLeadership(LeadershipListener listener) {
        return leadership.subscribe(listener);
    }

    @Override
    public void close() {
        if (!closeRequested.getAndSet(true)) {
            if (begun.compareAndSet(false, true)) {
                closeUnstarted();
            } else {
                onRaftThread(this::handOverAndHalt);
            }
        }
        if (!lanes.isCurrent()) {
            boolean released = release.await(config.closeTimeout());
            if (!released && termination != null) {
                completions.tellAll();
            }
        }
    }

    /** A leader hands over first, if it can and there is time: its followers need not wait until they miss it. */
    private void handOverAndHalt() {
        Duration limit = config.electionTimeout();
        if (live && termination == null && config.closeTimeout().compareTo(limit.multipliedBy(2)) >= 0) {
            mailbox.post(new Input.HandOver(limit.toNanos(), () -> onRaftThread(this::haltClosed)));
        } else {
            haltClosed();
        }
    }

    private void haltClosed() {
        halt(Termination.closed(self));
        status.end(NodeStatus.State.CLOSED, Optional.empty());
    }

    /** Why nothing can be asked of the node now; null when it can. */
    private @Nullable RaftException refusal() {
        Termination ended = termination;
        if (ended != null) {
            return ended.exception(Outcome.NOT_DONE);
        }
        if (live) {
            // A node that hands over before it ends finishes what it has, and takes no more.
            return closeRequested.get() ? Termination.closed(self).exception(Outcome.NOT_DONE) : null;
        }
        if (begun.get()) {
            return new NotLeaderException(
                    "node " + self + " is still reading back what its storage holds", Optional.empty(), 0);
        }
        return new NodeStoppedException("node " + self + " is not started", Outcome.NOT_DONE);
    }

    private @Nullable RaftException offer(Input call) {
        if (completions.untold() >= config.mailboxCapacity()) {
            metrics.proposalRejected();
            return new OverloadedException("mailboxCapacity", config.mailboxCapacity());
        }
        Mailbox.Receipt receipt = mailbox.offerCall(call);
        if (receipt == Mailbox.Receipt.TAKEN) {
            return null;
        }
        metrics.proposalRejected();
        return switch (receipt) {
            case TAKEN, CLOSED -> gone();
            case TOO_MANY -> new OverloadedException("mailboxCapacity", config.mailboxCapacity());
            case TOO_MANY_BYTES -> new OverloadedException("maxUncommittedBytes", config.maxUncommittedBytes());
        };
    }

    private RaftException gone() {
        Termination ended = termination;
        return ended != null
                ? ended.exception(Outcome.NOT_DONE)
                : new NodeStoppedException("the raft executor of node " + self + " was shut down", Outcome.NOT_DONE);
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining())
                .put(bytes.duplicate())
                .flip()
                .asReadOnlyBuffer();
    }

    // ---- the node's life, on the raft thread

    private void requestTurn() {
        lanes.raft().execute(this::turn);
    }

    private void turn() {
        TurnLoop running = loop;
        if (running == null || termination != null) {
            return;
        }
        try {
            running.run();
        } catch (Throwable t) {
            halt(Termination.failed(self, BrokenNode.unwrap(t)));
        }
    }

    private void begin(Recovered recovered, long startNanos) {
        if (termination != null) {
            return;
        }
        Transport.Outbound out = parts.transport().register(parts.identity(), new Inbound());
        outbound = out;
        long now = clock.nanoTime();
        // Nodes that were given the same seed by mistake must not time out in step for ever.
        Incarnation own = parts.identity().incarnation();
        long mixedSeed = parts.seed() ^ own.high() ^ Long.rotateLeft(own.low(), 32);
        LiveNode node = LiveNode.of(
                parts,
                recovered,
                lanes,
                mailbox,
                applier,
                completions,
                events,
                leadership,
                log,
                status,
                out,
                new SplittableRandom(mixedSeed),
                now);
        parts.storage().log().start(new LogListener());
        loop = node.loop();
        forwardGate = node.forwardGate();
        live = true;
        log.info()
                .addKeyValue("lastIndex", recovered.lastIndex())
                .addKeyValue(
                        "snapshotIndex",
                        recovered
                                .snapshot()
                                .map(SnapshotMeta::lastIncludedIndex)
                                .orElse(0L))
                .addKeyValue("incarnation", parts.identity().incarnation())
                .addKeyValue("millis", (now - startNanos) / 1_000_000)
                .log("node started");
        warnOfSlowFlushes();
        mailbox.wake();
        lanes.events().executeAnyway(() -> started.complete(null));
    }

    /** Before the next timeout an election needs a flush of the candidate, one of a voter, one of the first entry, and time besides. */
    private void warnOfSlowFlushes() {
        Duration flush = parts.storage().slowestProbe();
        Duration least = flush.multipliedBy(FLUSHES_IN_AN_ELECTION_TIMEOUT);
        Duration electionTimeout = parts.config().electionTimeout();
        if (least.compareTo(electionTimeout) > 0) {
            log.warn()
                    .addKeyValue("flushMillis", flush.toMillis())
                    .addKeyValue("electionTimeoutMillis", electionTimeout.toMillis())
                    .addKeyValue("advice", "use a faster disk, or an electionTimeout of " + least.toMillis() + " ms")
                    .log("the disk is slow for this election timeout");
        }
    }

    /** Stops the node because something that it cannot do without has failed. Any thread. */
    private void fail(Throwable failure) {
        Termination why = Termination.failed(self, failure);
        applier.terminate(why);
        onRaftThread(() -> halt(why));
    }

    private void onRaftThread(Runnable task) {
        try {
            lanes.raft().execute(task);
        } catch (RejectedExecutionException e) {
            // Nothing runs there any more, so nothing is disturbed by running it here.
            task.run();
        }
    }

    /** Ends the node, once: every operation ends, nothing goes in or out any more, what the node owns is released. */
    private void halt(Termination why) {
        if (termination != null) {
            return;
        }
        termination = why;
        live = false;
        applier.terminate(why);
        Optional<Throwable> failure = why.failure();
        status.end(
                failure.isPresent() ? NodeStatus.State.FAILED : NodeStatus.State.CLOSED,
                failure.map(Throwable::toString));
        mailbox.close();
        // Whatever made the node fail may have left any part in disorder, so no step relies on another one's success.
        attempt(() -> failure.ifPresentOrElse(events::failed, () -> log.info().log("node closed")));
        attempt(leadership::end);
        attempt(() -> refuseWhatWaits(why));
        TurnLoop stopped = loop;
        if (stopped != null) {
            stopped.terminations(why).forEach(this::attempt);
        }
        attempt(() -> completions.tell(() -> started.completeExceptionally(why.exception(Outcome.NOT_DONE))));
        attempt(completions::flush);
        attempt(callbackExecutor::end);
        release.begin(outbound);
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            log.error().setCause(e).log("a step of stopping the node failed");
        }
    }

    private void refuseWhatWaits(Termination why) {
        Input input = mailbox.poll();
        while (input != null) {
            if (input instanceof Operation operation) {
                completions.fail(operation, why.exception(Outcome.NOT_DONE));
            }
            input = mailbox.poll();
        }
    }

    private void closeUnstarted() {
        Termination why = Termination.closed(self);
        termination = why;
        status.end(NodeStatus.State.CLOSED, Optional.empty());
        started.completeExceptionally(why.exception(Outcome.NOT_DONE));
        release.beginHere();
    }

    // ---- what peers and the disk say, on any thread

    private final class Inbound implements Transport.Inbound {

        @Override
        public void onMessage(MemberId from, RaftMessage message) {
            if (message instanceof RaftMessage.ForwardProposal forward) {
                ForwardGate gate = forwardGate;
                if (gate != null) {
                    gate.receive(from, forward);
                }
            } else if (!mailbox.offerMessage(new Input.PeerMessage(from, message))) {
                metrics.messageDropped(from.node(), MessageSender.typeOf(message));
            }
        }

        @Override
        public void onUnreachable(NodeId peer) {
            mailbox.offerMessage(new Input.PeerUnreachable(peer));
        }

        @Override
        public void onDropped(NodeId to, RaftMessage message, Transport.Loss why) {
            metrics.messageNotSent(to, MessageSender.typeOf(message), why);
        }

        @Override
        public void onSkipped(NodeId from) {
            metrics.messageDropped(from, RaftMetrics.UNKNOWN_TYPE);
        }
    }

    private final class LogListener implements RaftLog.Listener {

        @Override
        public void onDurable(long ticket, long forceNanos, int writes) {
            mailbox.post(new Input.Persisted(ticket, forceNanos, writes));
        }

        @Override
        public void onFailure(StorageException failure) {
            mailbox.post(new Input.Broken(failure));
        }

        @Override
        public void onSpaceLow(StorageException why) {
            mailbox.post(new Input.StorageSpace(Optional.of(String.valueOf(why.getMessage()))));
        }

        @Override
        public void onSpaceBack() {
            mailbox.post(new Input.StorageSpace(Optional.empty()));
        }

        @Override
        public void onDamage(StorageException what) {
            mailbox.post(new Input.StorageDamaged(String.valueOf(what.getMessage())));
        }
    }
}
