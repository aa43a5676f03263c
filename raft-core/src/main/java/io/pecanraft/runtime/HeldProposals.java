package io.pecanraft.runtime;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.protocol.Raft;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Proposals that wait while leadership is handed over. Nothing has been done with them, so afterwards they may go wherever the
 * leader is: into the log here, when the transfer was given up, or to the new one. Raft thread.
 */
final class HeldProposals {

    /**
     * A proposal that waits.
     *
     * @param term the term of this leader. What another server forwarded was meant for it alone
     */
    record Held(Proposal proposal, long term) {}

    private final RaftConfig config;
    private final Raft raft;
    private final Completions completions;
    private final DeadlineWatch deadlines = new DeadlineWatch();
    private final Deque<Held> held = new ArrayDeque<>();
    private long bytes;

    /** When they go on although no leader is known. */
    private long patienceNanos;

    HeldProposals(RaftConfig config, Raft raft, Completions completions) {
        this.config = config;
        this.raft = raft;
        this.completions = completions;
    }

    /** Takes a proposal, unless none are to be held or there are too many. */
    boolean hold(Proposal proposal, long nowNanos) {
        int size = proposal.waitingBytes();
        if (!config.holdDuringTransfer()
                || held.size() >= config.maxUncommittedEntries()
                || (bytes > 0 && bytes + size > config.maxUncommittedBytes())) {
            return false;
        }
        if (held.isEmpty()) {
            // Once for the transfer, once for the election after it.
            patienceNanos = nowNanos + 2 * config.electionTimeout().toNanos();
            deadlines.add(patienceNanos);
        }
        held.add(new Held(proposal, raft.currentTerm()));
        bytes += size;
        deadlines.add(proposal.deadlineNanos());
        return true;
    }

    /** Those that can go on now: all, once the transfer is over and a leader is known, or has been unknown for long. */
    List<Held> takeReleased(long nowNanos) {
        if (held.isEmpty()
                || raft.transferTarget().isPresent()
                || (raft.leader().isEmpty() && nowNanos < patienceNanos)) {
            return List.of();
        }
        List<Held> released = new ArrayList<>(held);
        held.clear();
        bytes = 0;
        return released;
    }

    /** Ends those whose deadline has passed. */
    void expire(long nowNanos) {
        if (held.isEmpty() || !deadlines.takeDue(nowNanos)) {
            return;
        }
        held.removeIf(each -> {
            Proposal proposal = each.proposal();
            if (proposal.deadlineNanos() > nowNanos) {
                deadlines.addAgain(proposal.deadlineNanos(), nowNanos);
                return false;
            }
            bytes -= proposal.waitingBytes();
            completions.fail(
                    proposal, proposal.timedOut("not begun, while leadership was handed over,", Outcome.NOT_DONE));
            return true;
        });
        if (nowNanos < patienceNanos) {
            deadlines.addAgain(patienceNanos, nowNanos);
        }
    }

    /** Ends all of them. */
    void terminate(Termination termination) {
        held.forEach(each -> completions.fail(each.proposal(), termination.exception(Outcome.NOT_DONE)));
        held.clear();
        bytes = 0;
    }

    /** When {@link #expire} or {@link #takeReleased} is next useful. */
    long nextDeadlineNanos() {
        return held.isEmpty() ? DeadlineWatch.NONE : deadlines.nextNanos();
    }
}
