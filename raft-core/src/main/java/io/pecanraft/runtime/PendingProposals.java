package io.pecanraft.runtime;

import io.pecanraft.LeadershipLostException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The proposals that were appended here and whose result is not known: found by index, confirmed by term.
 *
 * <p>A ring of slots, one per index from the oldest pending one on; entries that nobody waits for leave theirs empty. A
 * proposal stays here until its entry is applied, not merely committed, so that its deadline also holds while it waits for a
 * slow state machine. Bounded by what the protocol admits ({@code maxUncommittedEntries}) and hands out to be applied. Raft
 * thread only.
 */
final class PendingProposals {

    private static final int INITIAL_SLOTS = 1024;

    private final Completions completions;
    private final DeadlineWatch deadlines = new DeadlineWatch();
    private @Nullable Proposal[] slots = new Proposal[INITIAL_SLOTS];
    private long first = 1;
    private long end = 1;
    private int size;

    PendingProposals(Completions completions) {
        this.completions = completions;
    }

    /** Adds a proposal that was just appended, behind all others. */
    void add(Proposal proposal) {
        long index = proposal.index();
        if (size == 0) {
            first = index;
        } else {
            Invariant.that(index >= end, "a proposal got an index that was given before", index, end);
        }
        while (index - first >= slots.length) {
            grow();
        }
        slots[slot(index)] = proposal;
        end = index + 1;
        size++;
        deadlines.add(proposal.deadlineNanos());
    }

    /**
     * The proposals that these committed entries came from, in the same order, null where nobody waits. A proposal whose
     * index now holds an entry of another term was overwritten, and its caller is told.
     */
    @Nullable
    Proposal[] of(List<LogEntry> entries) {
        @Nullable Proposal[] found = new Proposal[entries.size()];
        if (size == 0) {
            return found;
        }
        for (int i = 0; i < found.length; i++) {
            LogEntry entry = entries.get(i);
            Proposal proposal = get(entry.index());
            if (proposal != null && proposal.term() == entry.term()) {
                found[i] = proposal;
            } else if (proposal != null) {
                completions.fail(proposal, lost(proposal, "the entry was overwritten by one of term " + entry.term()));
            }
        }
        return found;
    }

    /** Entries up to this index were applied, and their callers told. */
    void applied(long throughIndex) {
        while (first < end && first <= throughIndex) {
            clear(first++);
        }
    }

    /** A snapshot replaced everything up to this index: nobody will ever know what a command there replied. */
    void jumpedOver(long throughIndex) {
        failBetween(first, throughIndex + 1, proposal -> lost(proposal, "a snapshot of the leader replaced the entry"));
        applied(throughIndex);
    }

    /** Leadership is lost: what lies above the commit index may be committed by the next leader, or be overwritten. */
    void leadershipLost(long aboveIndex) {
        failBetween(
                aboveIndex + 1,
                end,
                proposal -> lost(proposal, "leadership was lost before the entry was known to be committed"));
        end = Math.max(first, Math.min(end, aboveIndex + 1));
    }

    /** Ends those whose deadline has passed. */
    void expire(long nowNanos) {
        if (!deadlines.takeDue(nowNanos)) {
            return;
        }
        for (long index = first; index < end; index++) {
            Proposal proposal = get(index);
            if (proposal == null) {
                continue;
            }
            if (proposal.isSettled()) {
                clear(index);
            } else if (proposal.deadlineNanos() <= nowNanos) {
                completions.fail(proposal, proposal.timedOut("not known to be applied", Outcome.UNKNOWN));
                clear(index);
            } else {
                deadlines.addAgain(proposal.deadlineNanos(), nowNanos);
            }
        }
    }

    /** Ends all of them. */
    void terminate(Termination termination) {
        failBetween(first, end, proposal -> termination.exception(Outcome.UNKNOWN));
        end = first;
    }

    /** When the proposal with this index was made; {@code otherwise} when there is none. */
    long startNanosOf(long index, long otherwise) {
        Proposal proposal = get(index);
        return proposal == null ? otherwise : proposal.startNanos();
    }

    /** When {@link #expire} is next useful. */
    long nextDeadlineNanos() {
        return deadlines.nextNanos();
    }

    int size() {
        return size;
    }

    private static LeadershipLostException lost(Proposal proposal, String what) {
        return new LeadershipLostException(
                what + "; index " + proposal.index() + ", term " + proposal.term(), proposal.index(), proposal.term());
    }

    private void failBetween(long from, long toExclusive, Function<Proposal, RaftException> why) {
        long to = Math.min(end, toExclusive);
        for (long index = Math.max(first, from); index < to; index++) {
            Proposal proposal = get(index);
            if (proposal != null) {
                completions.fail(proposal, why.apply(proposal));
                clear(index);
            }
        }
    }

    private @Nullable Proposal get(long index) {
        return index < first || index >= end ? null : slots[slot(index)];
    }

    private void clear(long index) {
        int slot = slot(index);
        if (slots[slot] != null) {
            slots[slot] = null;
            size--;
        }
    }

    private int slot(long index) {
        return (int) (index & (slots.length - 1));
    }

    private void grow() {
        Invariant.that(slots.length <= Integer.MAX_VALUE / 4, "too many pending proposals");
        @Nullable Proposal[] old = slots;
        int oldMask = old.length - 1;
        slots = new Proposal[old.length * 2];
        for (long index = first; index < end; index++) {
            slots[slot(index)] = old[(int) (index & oldMask)];
        }
    }
}
