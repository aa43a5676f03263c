package io.pecanraft.runtime;

import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RaftRole;
import io.pecanraft.protocol.Effect;
import io.pecanraft.protocol.Raft;
import io.pecanraft.protocol.Report;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.Transport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what the protocol wants done, in its order: the log write first and then the messages, so that disk and network
 * overlap (thesis §10.2.1). Nothing here waits; what takes time is answered through the mailbox. Raft thread.
 */
final class EffectRunner {

    /** What a write holds, for the metrics of the flush that makes it durable. */
    private record Written(long ticket, int entries, long bytes) {}

    private final RaftLog log;
    private final LogFetcher fetcher;
    private final Transport.Outbound outbound;
    private final MessageSender out;
    private final Applier applier;
    private final PendingProposals proposals;
    private final PendingForwards forwards;
    private final PendingReads reads;
    private final PendingTransfers transfers;
    private final PendingMembershipChanges membershipChanges;
    private final Snapshots snapshots;
    private final EventPublisher events;
    private final Deque<Written> written = new ArrayDeque<>();
    private final HandedOver handedOver;
    private long reportedCommitIndex;

    EffectRunner(
            Raft raft,
            RaftLog log,
            LogFetcher fetcher,
            Transport.Outbound outbound,
            MessageSender out,
            Applier applier,
            PendingProposals proposals,
            PendingForwards forwards,
            PendingReads reads,
            PendingTransfers transfers,
            PendingMembershipChanges membershipChanges,
            Snapshots snapshots,
            EventPublisher events) {
        this.log = log;
        this.fetcher = fetcher;
        this.outbound = outbound;
        this.out = out;
        this.applier = applier;
        this.proposals = proposals;
        this.forwards = forwards;
        this.reads = reads;
        this.transfers = transfers;
        this.membershipChanges = membershipChanges;
        this.snapshots = snapshots;
        this.events = events;
        this.handedOver = new HandedOver(raft.appliedIndex());
        this.reportedCommitIndex = raft.commitIndex();
    }

    /** Carries out the effects of a turn. */
    void run(List<Effect> effects, long nowNanos) {
        for (Effect effect : effects) {
            run(effect, nowNanos);
        }
    }

    /** How far the state machine has been given the log. */
    HandedOver handedOver() {
        return handedOver;
    }

    /** The writes up to this ticket are durable. */
    void persisted(Input.Persisted persisted) {
        int entries = 0;
        long bytes = 0;
        Written oldest = written.peek();
        while (oldest != null && oldest.ticket() <= persisted.ticket()) {
            entries += oldest.entries();
            bytes += oldest.bytes();
            written.remove();
            oldest = written.peek();
        }
        events.flushed(persisted.writes(), entries, bytes, persisted.forceNanos());
    }

    private void run(Effect effect, long nowNanos) {
        if (effect instanceof Effect.Send send) {
            out.send(send.to(), send.message());
        } else if (effect instanceof Effect.Persist persist) {
            persist(persist);
        } else if (effect instanceof Effect.Apply apply) {
            apply(apply.entries());
        } else if (effect instanceof Effect.ServeReads serve) {
            reads.confirmed(serve.readIndex(), serve.requestIds());
        } else if (effect instanceof Effect.FailReads fail) {
            reads.refused(fail.requestIds());
        } else if (effect instanceof Effect.Observe observe) {
            observe(observe.report(), nowNanos);
        } else if (effect instanceof Effect.UpdatePeers update) {
            outbound.updatePeers(update.addresses());
        } else if (effect instanceof Effect.EndMembershipChange end) {
            membershipChanges.ended(end.requestId(), end.outcome());
        } else if (effect instanceof Effect.ReadLog read) {
            fetcher.fetch(read);
        } else if (effect instanceof Effect.FailProposals fail) {
            proposals.leadershipLost(fail.aboveIndex());
        } else if (effect instanceof Effect.Compact compact) {
            fetcher.compacted(compact.throughIndex());
            log.compact(compact.throughIndex());
        } else if (effect instanceof Effect.SendSnapshotChunk chunk) {
            snapshots.sender().send(chunk);
        } else if (effect instanceof Effect.AcceptSnapshotChunk chunk) {
            snapshots.receiver().accept(chunk);
        } else if (effect instanceof Effect.RestoreSnapshot restore) {
            proposals.jumpedOver(restore.meta().lastIncludedIndex());
            snapshots.restore(restore.meta());
        } else if (effect instanceof Effect.Condemn condemn) {
            log.condemn(rolledBack(condemn));
        } else {
            throw new IllegalStateException("no such effect: " + effect);
        }
    }

    private static StorageException rolledBack(Effect.Condemn condemn) {
        Acknowledged acknowledged = condemn.acknowledged();
        String before = acknowledged.entry().equals(EntryId.ZERO)
                ? "has told " + condemn.leader() + " in this very term of epoch " + acknowledged.epoch()
                        + " of its log, of which it knows nothing"
                : "has acknowledged entry " + acknowledged.entry() + " of epoch " + acknowledged.epoch() + " to "
                        + condemn.leader() + " in this very term";
        return new StorageException(
                StorageException.Reason.ROLLED_BACK,
                "this server " + before + ", and its log ends at " + condemn.held()
                        + ". Its directory was put back to an older state, or its disk forgets what it has flushed; it may"
                        + " have forgotten votes as well, so it stops. Start it again: it comes back with a new, empty storage,"
                        + " which neither votes nor counts until it is re-admitted with"
                        + " changeMembership(MembershipChange.replace(...))");
    }

    private void persist(Effect.Persist persist) {
        LogWrite write = new LogWrite(
                persist.ticket(),
                persist.hardState(),
                persist.formation(),
                persist.resetTo(),
                persist.truncateFromIndex(),
                persist.entries(),
                persist.repaired());
        written.add(new Written(write.ticket(), write.entries().size(), write.payloadBytes()));
        if (write.resetTo() != null || write.truncateFromIndex() > 0) {
            fetcher.entriesReplaced();
        }
        log.write(write);
        if (persist.formation() != null) {
            applier.formed(persist.formation().membership());
        }
    }

    private void apply(List<LogEntry> entries) {
        @Nullable Proposal[] proposers = proposals.of(entries);
        applier.apply(new CommittedBatch(entries, proposers));
        handedOver.entries(entries.get(entries.size() - 1).index());
        snapshots.taker().handedOver(entries);
    }

    private void observe(Report report, long nowNanos) {
        events.report(report, nowNanos);
        if (report instanceof Report.Committed committed) {
            long oldest = proposals.startNanosOf(reportedCommitIndex + 1, nowNanos);
            events.committed(committed.entries(), committed.commitIndex(), nowNanos - oldest);
            reportedCommitIndex = committed.commitIndex();
        } else if (report instanceof Report.LeaderChanged changed) {
            changed.leader().ifPresent(forwards::leaderIsNow);
            transfers.leaderIsNow(changed.leader(), changed.term());
        } else if (report instanceof Report.TransferEnded ended) {
            transfers.ended(ended);
        } else if (report instanceof Report.RoleChanged changed) {
            if (changed.from() == RaftRole.LEADER) {
                snapshots.sender().stop();
            }
        } else if (report instanceof Report.SnapshotSendFinished finished) {
            snapshots.sender().finished(finished.follower());
        }
    }
}
