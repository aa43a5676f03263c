package io.pecanraft.runtime;

import io.pecanraft.RaftException.Outcome;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.protocol.FollowerView;
import io.pecanraft.protocol.Raft;
import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.spi.RaftMetrics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn of the node: takes in what waits, lets time pass, asks the protocol once what is to be done, and does it. Batching
 * is nothing that anybody configures: whatever arrived during the last turn shares the disk write and the messages of this
 * one. Raft thread.
 */
final class TurnLoop {

    /** The most inputs of a turn, so that other nodes on the same executor get theirs. */
    private static final int MAX_INPUTS = 1_024;

    private final Raft raft;
    private final RaftExecutor executor;
    private final Mailbox mailbox;
    private final Proposer proposer;
    private final PendingProposals proposals;
    private final HeldProposals held;
    private final PendingForwards forwards;
    private final ForwardService forwardService;
    private final PendingReads reads;
    private final PendingTransfers transfers;
    private final PendingMembershipChanges membershipChanges;
    private final Snapshots snapshots;
    private final EffectRunner effects;
    private final Completions completions;
    private final EventPublisher events;
    private final Leadership leadership;
    private final NodeLog log;
    private final StatusBoard status;
    private final RaftMetrics metrics;
    private final Alarm alarm;
    private final long heartbeatIntervalNanos;

    private @Nullable Input current;
    private long nextLagNanos = Long.MIN_VALUE;

    TurnLoop(
            Raft raft,
            RaftExecutor executor,
            Mailbox mailbox,
            Proposer proposer,
            PendingProposals proposals,
            HeldProposals held,
            PendingForwards forwards,
            ForwardService forwardService,
            PendingReads reads,
            PendingTransfers transfers,
            PendingMembershipChanges membershipChanges,
            Snapshots snapshots,
            EffectRunner effects,
            Completions completions,
            EventPublisher events,
            Leadership leadership,
            NodeLog log,
            StatusBoard status,
            RaftMetrics metrics,
            long heartbeatIntervalNanos) {
        this.raft = raft;
        this.executor = executor;
        this.mailbox = mailbox;
        this.proposer = proposer;
        this.proposals = proposals;
        this.held = held;
        this.forwards = forwards;
        this.forwardService = forwardService;
        this.reads = reads;
        this.transfers = transfers;
        this.membershipChanges = membershipChanges;
        this.snapshots = snapshots;
        this.effects = effects;
        this.completions = completions;
        this.events = events;
        this.leadership = leadership;
        this.log = log;
        this.status = status;
        this.metrics = metrics;
        this.alarm = new Alarm(executor, mailbox::wake);
        this.heartbeatIntervalNanos = heartbeatIntervalNanos;
    }

    /** One turn. What it throws must stop the node. */
    void run() {
        long now = executor.nanoTime();
        int inputs = takeIn(now);
        if (now >= raft.nextDeadlineNanos()) {
            raft.tick(now);
        }
        proposals.expire(now);
        forwards.expire(now);
        reads.expire(now);
        transfers.expire(now);
        held.expire(now);
        proposer.resumeHeld(now);
        membershipChanges.expire(now);
        effects.run(raft.flush(now), now);
        reads.ask(effects.handedOver().index());
        completions.flush();
        leadership.observe(
                raft.role() == RaftRole.LEADER ? raft.currentTerm() : 0, raft.lastIndex(), raft.appliedIndex());
        log.now(raft.currentTerm(), raft.role());
        status.draw(raft, now);
        measure(inputs, now);
        alarm.set(nextDeadlineNanos(), now);
        mailbox.turnDone();
    }

    /** What ends everything that callers wait for, in steps of which none depends on another. */
    List<Runnable> terminations(Termination termination) {
        return List.of(
                () -> endInterrupted(termination),
                () -> proposals.terminate(termination),
                () -> held.terminate(termination),
                () -> transfers.terminate(termination),
                () -> forwards.terminate(termination),
                () -> reads.terminate(termination),
                () -> membershipChanges.terminate(termination),
                () -> snapshots.terminate(termination));
    }

    /** The operation that was being taken in when the turn broke off. How far a proposal got nobody can say. */
    private void endInterrupted(Termination termination) {
        if (current instanceof Operation operation) {
            boolean mayBeDone = operation instanceof Proposal || operation instanceof MembershipRequest;
            Outcome outcome = mayBeDone ? Outcome.UNKNOWN : Outcome.NOT_DONE;
            completions.fail(operation, termination.exception(outcome));
        }
    }

    private int takeIn(long now) {
        // A deadline is acted on only after everything that had arrived by then, or a queue that was slow to be
        // served would be mistaken for a leader that is gone.
        int most = now >= raft.nextDeadlineNanos() ? Math.max(MAX_INPUTS, mailbox.size()) : MAX_INPUTS;
        int taken = 0;
        while (taken < most) {
            Input input = mailbox.poll();
            if (input == null) {
                break;
            }
            current = input;
            take(input, now);
            current = null;
            taken++;
        }
        return taken;
    }

    private void take(Input input, long now) {
        if (input instanceof Input.PeerMessage received) {
            receive(received, now);
        } else if (input instanceof Proposal proposal) {
            proposer.propose(proposal, now);
        } else if (input instanceof Input.Persisted persisted) {
            effects.persisted(persisted);
            raft.persisted(persisted.ticket(), now);
        } else if (input instanceof Input.Applied applied) {
            proposals.applied(applied.index());
            raft.applied(applied.index());
            raft.clockNeededAt(applied.nextExpiryMillis());
        } else if (input instanceof Read read) {
            reads.add(read, now);
        } else if (input instanceof TransferRequest request) {
            transfers.begin(request, now);
        } else if (input instanceof Input.HandOver handOver) {
            transfers.handOver(handOver.limitNanos(), now, handOver.then());
        } else if (input instanceof Input.LogRead read) {
            raft.logRead(read.token(), read.entries());
        } else if (input instanceof Input.PeerUnreachable unreachable) {
            metrics.peerUnreachable(unreachable.peer());
            forwards.unreachable(unreachable.peer());
            raft.unreachable(unreachable.peer());
        } else if (input instanceof Input.ChunkStored stored) {
            chunkStored(stored, now);
        } else if (input instanceof SnapshotRequest request) {
            snapshots.taker().request(request);
        } else if (input instanceof MembershipRequest request) {
            membershipChanges.request(request, now);
        } else if (input instanceof Input.SnapshotWritten written) {
            raft.snapshotTaken(written.meta());
            events.snapshotTaken(
                    written.meta(),
                    written.captureNanos(),
                    written.totalNanos(),
                    snapshots.taker().reason());
            snapshots.taker().taken(written.meta());
        } else if (input instanceof Input.SnapshotCovered covered) {
            raft.snapshotTaken(covered.newest());
            snapshots.taker().taken(covered.newest());
        } else if (input instanceof Input.SnapshotFailed failed) {
            events.snapshotFailed(failed.why());
            snapshots.taker().failed(failed.why());
        } else if (input instanceof Input.SnapshotRestored restored) {
            effects.handedOver().restored(restored.meta().lastIncludedIndex());
            snapshots.restored();
            raft.snapshotRestored(restored.meta());
            events.snapshotInstalled(restored.meta(), restored.nanos());
        } else if (input instanceof Input.SnapshotUnavailable unavailable) {
            raft.snapshotUnavailable(unavailable.to(), unavailable.meta());
        } else if (input instanceof Input.StorageSpace space) {
            proposer.storageSpace(space.lack());
            status.storageSpace(space.lack());
            events.storageSpace(space.lack());
        } else if (input instanceof Input.StorageDamaged damaged) {
            status.damaged(damaged.what());
            events.storageDamaged(damaged.what());
        } else if (input instanceof Input.Broken broken) {
            throw new BrokenNode(broken.cause());
        } else {
            throw new IllegalStateException("no such input: " + input);
        }
    }

    private void chunkStored(Input.ChunkStored stored, long now) {
        SnapshotMeta meta = stored.meta();
        raft.snapshotChunkStored(stored.from(), stored.term(), meta, stored.nextOffset(), now);
        if (stored.nextOffset() == meta.sizeBytes() && meta.lastIncludedIndex() <= raft.commitIndex()) {
            // Whether or not the state was replaced by it: it is the newest in the store now, and the one before it is
            // gone. A leader that offered that one could never send it.
            raft.snapshotTaken(meta);
        }
    }

    private void receive(Input.PeerMessage received, long now) {
        RaftMessage message = received.message();
        forwards.heardFrom(received.from().node());
        metrics.messageReceived(received.from().node(), MessageSender.typeOf(message));
        if (message instanceof RaftMessage.ForwardProposal forward) {
            forwardService.receive(received.from(), forward, now);
        } else if (message instanceof RaftMessage.ForwardProposalResponse response) {
            forwards.receive(received.from(), response, raft.currentTerm());
        } else {
            raft.step(received.from(), message, now);
        }
    }

    private long nextDeadlineNanos() {
        long proposed = Math.min(
                proposals.nextDeadlineNanos(), Math.min(forwards.nextDeadlineNanos(), held.nextDeadlineNanos()));
        long others = Math.min(reads.nextDeadlineNanos(), transfers.nextDeadlineNanos());
        others = Math.min(others, membershipChanges.nextDeadlineNanos());
        return Math.min(raft.nextDeadlineNanos(), Math.min(proposed, others));
    }

    private void measure(int inputs, long now) {
        int applying = (int) Math.min(Integer.MAX_VALUE, effects.handedOver().notApplied(raft.appliedIndex()));
        metrics.queueDepths(mailbox.size(), proposals.size(), reads.size(), applying);
        if (now >= nextLagNanos && raft.role() == RaftRole.LEADER) {
            nextLagNanos = now + heartbeatIntervalNanos;
            for (FollowerView follower : raft.followers()) {
                metrics.replicationLag(
                        follower.member().node(), raft.lastIndex() - follower.matchIndex(), follower.lagBytes());
            }
        }
        metrics.turn(inputs, executor.nanoTime() - now);
    }
}
