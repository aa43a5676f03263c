package io.pecanraft.testkit.linearizability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Looks for an order of the operations with one key. Depth first: place an operation that was called before the first return
 * of those not placed; where none fits, take the last one back and try another.
 *
 * <p>Unanswered operations are tried last, and only where they make a difference. Leaving one out is always allowed; so if
 * there is an order then there is one in which each of them changes the state, and what comes right after it would lead to
 * another state, or would not be possible, without it. Without this rule a few dozen of them make a search hopeless.
 */
final class Search<S, I, O> {

    private final SequentialModel<S, I, O> model;
    private final Budget budget;
    private final List<Operation<I, O>> answered;
    private final List<Operation<I, O>> unanswered;
    private final Timeline timeline;
    private final Configurations<S> configurations = new Configurations<>();
    private final long[] placed;
    private final long[] used;
    private final Deque<Step<S>> steps = new ArrayDeque<>();
    private int placedCount;

    private S state;
    private List<Step<S>> longest = List.of();
    private S longestState;
    private int longestCount = -1;

    /** An operation was placed, which was number {@code operation} of its kind; before that the state was another. */
    private record Step<S>(boolean answered, int operation, S before) {}

    Search(SequentialModel<S, I, O> model, List<Operation<I, O>> operations, Budget budget) {
        this.model = model;
        this.budget = budget;
        this.answered = new ArrayList<>();
        this.unanswered = new ArrayList<>();
        operations.stream()
                .sorted(Comparator.comparingLong(Operation::calledAt))
                .filter(operation -> operation.isAnswered() || !model.isRead(operation.input()))
                .forEach(operation -> (operation.isAnswered() ? answered : unanswered).add(operation));
        this.timeline = new Timeline(answered, unanswered);
        this.placed = new long[words(answered.size())];
        this.used = new long[words(unanswered.size())];
        this.state = model.initial();
        this.longestState = state;
    }

    private static int words(int bits) {
        return (bits + Long.SIZE - 1) / Long.SIZE;
    }

    /** Whether there is an order; empty if the budget was spent before that was known. */
    Optional<Boolean> run() {
        int position = timeline.after(Timeline.HEAD);
        int open = -1;
        boolean amongOpen = false;
        while (placedCount < answered.size()) {
            boolean advanced = false;
            if (!amongOpen) {
                while (!timeline.isReturn(position)) {
                    if (place(timeline.operation(position))) {
                        advanced = true;
                        break;
                    }
                    position = timeline.after(position);
                }
                open = -1;
            }
            if (!advanced) {
                int limit = timeline.firstReturn();
                open = timeline.openAfter(open, limit);
                while (open >= 0 && !placeOpen(open)) {
                    open = timeline.openAfter(open, limit);
                }
                advanced = open >= 0;
            }
            if (budget.isSpent()) {
                return Optional.empty();
            }
            if (advanced) {
                position = timeline.after(Timeline.HEAD);
                open = -1;
                amongOpen = false;
                continue;
            }
            remember();
            Step<S> last;
            do {
                if (steps.isEmpty()) {
                    return Optional.of(false);
                }
                last = takeBack();
            } while (isRead(last));
            amongOpen = !last.answered();
            if (amongOpen) {
                open = last.operation();
            } else {
                position = timeline.after(timeline.callOf(last.operation()));
            }
        }
        return Optional.of(true);
    }

    /** Reads never change anything, so where one fits now it may as well come first: there is nothing else to try. */
    private boolean isRead(Step<S> step) {
        return step.answered() && model.isRead(answered.get(step.operation()).input());
    }

    private boolean place(int operation) {
        Operation<I, O> candidate = answered.get(operation);
        Optional<S> next = candidate.after(model, state);
        if (next.isEmpty() || makesNoDifferenceTo(candidate, next.get())) {
            return false;
        }
        flip(placed, operation);
        if (!budget.spend() || !configurations.add(placed, used, next.get())) {
            flip(placed, operation);
            return false;
        }
        timeline.lift(operation);
        steps.push(new Step<>(true, operation, state));
        placedCount++;
        state = next.get();
        return true;
    }

    private boolean placeOpen(int operation) {
        Operation<I, O> candidate = unanswered.get(operation);
        Optional<S> next = candidate.after(model, state);
        if (next.isEmpty() || next.get().equals(state) || makesNoDifferenceTo(candidate, next.get())) {
            return false;
        }
        flip(used, operation);
        if (!budget.spend() || !configurations.add(placed, used, next.get())) {
            flip(used, operation);
            return false;
        }
        timeline.liftOpen(operation);
        steps.push(new Step<>(false, operation, state));
        state = next.get();
        return true;
    }

    /** Whether the last step was an unanswered operation that makes no difference to the one that is to come after it. */
    private boolean makesNoDifferenceTo(Operation<I, O> candidate, S next) {
        Step<S> last = steps.peek();
        return last != null
                && !last.answered()
                && candidate.after(model, last.before()).equals(Optional.of(next));
    }

    private Step<S> takeBack() {
        Step<S> step = steps.pop();
        state = step.before();
        if (step.answered()) {
            timeline.unlift(step.operation());
            flip(placed, step.operation());
            placedCount--;
        } else {
            timeline.unliftOpen(step.operation());
            flip(used, step.operation());
        }
        return step;
    }

    private static void flip(long[] bits, int bit) {
        bits[bit / Long.SIZE] ^= 1L << bit;
    }

    /** A dead end. The one after the most answers explains the failure best. */
    private void remember() {
        if (placedCount > longestCount) {
            longestCount = placedCount;
            longest = List.copyOf(steps);
            longestState = state;
        }
    }

    // ---- after a search that found no order

    private Operation<I, O> operationOf(Step<S> step) {
        return (step.answered() ? answered : unanswered).get(step.operation());
    }

    /** The longest order that explains a part of the answers. */
    List<Operation<I, O>> order() {
        List<Operation<I, O>> order = new ArrayList<>();
        for (int i = longest.size() - 1; i >= 0; i--) {
            order.add(operationOf(longest.get(i)));
        }
        return order;
    }

    /** The states before, between and after the operations of {@link #order}. */
    List<S> states() {
        List<S> states = new ArrayList<>();
        for (int i = longest.size() - 1; i >= 0; i--) {
            states.add(longest.get(i).before());
        }
        states.add(longestState);
        return states;
    }

    /** The answered operations that would have to come after {@link #order}, the one that returned first in front. */
    List<Operation<I, O>> blocked() {
        List<Operation<I, O>> rest = new ArrayList<>(answered);
        rest.removeAll(new HashSet<>(order()));
        rest.sort(Comparator.comparingLong(Operation::returnedAt));
        Iterator<Operation<I, O>> first = rest.iterator();
        if (first.hasNext()) {
            long firstReturn = first.next().returnedAt();
            rest.removeIf(operation -> operation.calledAt() > firstReturn);
        }
        return rest;
    }
}
