package io.pecanraft.testkit.linearizability;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Tries whether an order that somebody claims, such as that of a log, explains the operations with one key. Whoever claims it need not be
 * believed: an order that explains every answer and turns no two operations around of which one had ended before the other began is
 * proof by itself. One that does not is no proof of anything.
 *
 * <p>Only changes have a place in the claimed order. A read comes as soon as the state fits and nothing that has to come before it is
 * missing, which hinders nobody: so there is nothing to search for, and the time is that of one walk.
 */
final class GivenOrder<S, I, O> {

    private final SequentialModel<S, I, O> model;
    /** In the claimed order. */
    private final List<Operation<I, O>> changes = new ArrayList<>();
    /** Answered reads that have no place yet, the one that was called first in front. */
    private final List<Operation<I, O>> reads = new ArrayList<>();
    /** Answered operations, the one that returned first in front. */
    private final List<Operation<I, O>> byReturn = new ArrayList<>();

    private final Set<Operation<I, O>> placed = new HashSet<>();
    private final boolean complete;
    private int firstOpen;
    private S state;

    /**
     * Claims an order.
     *
     * @param position the place of a change in the order; 0 if it has none, which for an answered one means that there is no such order
     */
    GivenOrder(
            SequentialModel<S, I, O> model,
            List<Operation<I, O>> operations,
            ToLongFunction<? super Operation<I, O>> position) {
        this.model = model;
        this.state = model.initial();
        boolean allHavePlaces = true;
        for (Operation<I, O> operation : operations) {
            if (operation.isAnswered()) {
                byReturn.add(operation);
            }
            if (model.isRead(operation.input())) {
                if (operation.isAnswered()) {
                    reads.add(operation);
                }
            } else if (position.applyAsLong(operation) > 0) {
                changes.add(operation);
            } else {
                allHavePlaces &= !operation.isAnswered();
            }
        }
        this.complete = allHavePlaces;
        changes.sort(Comparator.comparingLong(position));
        reads.sort(Comparator.comparingLong(Operation::calledAt));
        byReturn.sort(Comparator.comparingLong(Operation::returnedAt));
    }

    /** Whether it explains everything. To be asked once. */
    boolean explains() {
        if (!complete) {
            return false;
        }
        placeReads();
        for (Operation<I, O> change : changes) {
            if (!place(change)) {
                return false;
            }
            placeReads();
        }
        return reads.isEmpty();
    }

    private void placeReads() {
        boolean more = true;
        while (more) {
            more = false;
            Iterator<Operation<I, O>> waiting = reads.iterator();
            while (waiting.hasNext()) {
                Operation<I, O> read = waiting.next();
                if (read.calledAt() > firstReturn()) {
                    break;
                }
                if (place(read)) {
                    waiting.remove();
                    more = true;
                }
            }
        }
    }

    private boolean place(Operation<I, O> operation) {
        if (operation.calledAt() > firstReturn()) {
            return false;
        }
        Optional<S> next = operation.after(model, state);
        if (next.isEmpty()) {
            return false;
        }
        state = next.get();
        placed.add(operation);
        return true;
    }

    /** When the first of those returned that have no place yet: whatever was called later has to come after it. */
    private long firstReturn() {
        while (firstOpen < byReturn.size() && placed.contains(byReturn.get(firstOpen))) {
            firstOpen++;
        }
        return firstOpen < byReturn.size() ? byReturn.get(firstOpen).returnedAt() : Long.MAX_VALUE;
    }
}
