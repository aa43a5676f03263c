package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.LogWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a log should hold: the elementary steps that were written, in order, and the states they lead to. After a crash the log
 * must be in one of the states at or after the last step that was reported durable.
 */
final class LogModel {

    /** One state. */
    record State(HardState hardState, Optional<FormationRecord> formation, EntryId base, List<LogEntry> entries) {

        static final State INITIAL = new State(HardState.INITIAL, Optional.empty(), EntryId.ZERO, List.of());

        long lastIndex() {
            return base.index() + entries.size();
        }

        long lastTerm() {
            return entries.isEmpty()
                    ? base.term()
                    : entries.get(entries.size() - 1).term();
        }

        /** Equal but for a prefix that was compacted away in {@code other}. */
        boolean sameAfterCompaction(State other) {
            if (!hardState.equals(other.hardState)
                    || !formation.equals(other.formation)
                    || other.base.index() < base.index()
                    || other.lastIndex() != lastIndex()) {
                return false;
            }
            int removed = Math.toIntExact(other.base.index() - base.index());
            if (removed > entries.size()) {
                return false;
            }
            EntryId id = removed == 0 ? base : entries.get(removed - 1).id();
            return id.equals(other.base)
                    && entries.subList(removed, entries.size()).equals(other.entries);
        }
    }

    /** The states that a crash now may lead to, the first being the one that is durable. */
    private final List<State> states = new ArrayList<>(List.of(State.INITIAL));

    private final List<long[]> ticketAt = new ArrayList<>();

    private boolean held;
    private long heldTicket;

    LogModel() {}

    private LogModel(State state) {
        states.set(0, state);
    }

    /** A model that knows no past. */
    static LogModel startingAt(State state) {
        return new LogModel(state);
    }

    /** What a crash now may lead to, for good. */
    synchronized LogModel copy() {
        LogModel copy = new LogModel();
        copy.states.clear();
        copy.states.addAll(states);
        return copy;
    }

    /** From now on nothing is taken for durable, until {@link #release}: what a crash now must keep is fixed. */
    synchronized void hold() {
        held = true;
    }

    /** Ends {@link #hold}. Returns what a crash at any moment in between may lead to. */
    synchronized LogModel release() {
        LogModel copy = copy();
        held = false;
        durable(heldTicket);
        return copy;
    }

    /** The greatest index whose entry is the same in every possible state. */
    synchronized long certainIndex() {
        EntryId base = last().base();
        if (!states.stream().allMatch(state -> state.base().equals(base))) {
            return 0;
        }
        return states.stream().mapToLong(State::lastIndex).min().orElse(0);
    }

    /** The state after everything that was written. */
    synchronized State last() {
        return states.get(states.size() - 1);
    }

    synchronized void write(LogWrite write) {
        if (write.hardState() != null) {
            add(new State(write.hardState(), last().formation(), last().base(), last().entries()));
        }
        if (write.formation() != null) {
            add(new State(last().hardState(), Optional.of(write.formation()), last().base(), last().entries()));
        }
        if (write.resetTo() != null) {
            addLog(write.resetTo(), List.of());
        }
        if (write.truncateFromIndex() > 0) {
            int kept = Math.toIntExact(
                    write.truncateFromIndex() - 1 - last().base().index());
            if (kept < last().entries().size()) {
                addLog(last().base(), List.copyOf(last().entries().subList(0, kept)));
            }
        }
        for (LogEntry entry : write.entries()) {
            List<LogEntry> longer = new ArrayList<>(last().entries());
            longer.add(entry);
            addLog(last().base(), longer);
        }
        ticketAt.add(new long[] {write.ticket(), states.size() - 1});
    }

    /** Everything through this ticket is durable: earlier states are impossible from now on. */
    synchronized void durable(long ticket) {
        heldTicket = Math.max(heldTicket, ticket);
        if (held) {
            return;
        }
        int steps = 0;
        while (!ticketAt.isEmpty() && ticketAt.get(0)[0] <= ticket) {
            steps = (int) ticketAt.remove(0)[1];
        }
        states.subList(0, steps).clear();
        for (long[] pair : ticketAt) {
            pair[1] -= steps;
        }
    }

    /** Whether a crash may have led to this. */
    synchronized boolean allows(State recovered) {
        return states.stream().anyMatch(state -> state.sameAfterCompaction(recovered));
    }

    /** Why a state is not allowed: the allowed states of the same length, and where they differ. */
    synchronized String differences(State recovered) {
        StringBuilder text = new StringBuilder();
        for (State state : states) {
            if (state.lastIndex() == recovered.lastIndex()) {
                text.append("\n  ").append(state.hardState()).append(' ').append(state.base());
                for (LogEntry entry : recovered.entries()) {
                    int at = Math.toIntExact(entry.index() - state.base().index() - 1);
                    if (at < 0 || !state.entries().get(at).equals(entry)) {
                        text.append(" first differs in ")
                                .append(entry)
                                .append(" at ")
                                .append(at);
                        break;
                    }
                }
            }
        }
        return text.toString();
    }

    private void addLog(EntryId base, List<LogEntry> entries) {
        add(new State(last().hardState(), last().formation(), base, entries));
    }

    private void add(State state) {
        states.add(state);
    }

    @Override
    public synchronized String toString() {
        State first = states.get(0);
        State end = last();
        return "from " + first.hardState() + " " + first.base() + ".." + first.lastIndex() + "@" + first.lastTerm()
                + " to "
                + end.hardState() + " " + end.base() + ".." + end.lastIndex() + "@" + end.lastTerm() + " in "
                + states.size() + " states";
    }
}
