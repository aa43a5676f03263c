package io.pecanraft.testkit.linearizability;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The calls and returns that are still to be placed, in the order of time: a doubly linked list, so that an operation is lifted
 * out and put back, last out first in, in constant time (Lowe). Unanswered operations have a call and no return, and a list of
 * their own.
 *
 * <p>Operations are numbered in the order of their calls, answered and unanswered ones apart. Positions in the order of time
 * start at 1; 0 is the head of the list.
 */
final class Timeline {

    static final int HEAD = 0;

    private final int[] operationAt;
    private final boolean[] returnAt;
    private final int[] next;
    private final int[] previous;
    private final int[] callOf;
    private final int[] returnOf;

    private record Event(long time, boolean isReturn, int operation, boolean answered) {}

    /** What remains of the unanswered operations; by position, like the others. */
    private final int[] openCallOf;

    private final int[] nextOpen;
    private final int[] previousOpen;

    Timeline(List<? extends Operation<?, ?>> answered, List<? extends Operation<?, ?>> unanswered) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < answered.size(); i++) {
            events.add(new Event(answered.get(i).calledAt(), false, i, true));
            events.add(new Event(answered.get(i).returnedAt(), true, i, true));
        }
        for (int i = 0; i < unanswered.size(); i++) {
            events.add(new Event(unanswered.get(i).calledAt(), false, i, false));
        }
        // At the same time calls come first: what cannot be told apart is concurrent.
        events.sort(Comparator.comparingLong(Event::time).thenComparing(Event::isReturn));
        operationAt = new int[events.size() + 1];
        returnAt = new boolean[events.size() + 1];
        next = new int[events.size() + 1];
        previous = new int[events.size() + 1];
        callOf = new int[answered.size()];
        returnOf = new int[answered.size()];
        openCallOf = new int[unanswered.size()];
        nextOpen = new int[unanswered.size() + 1];
        previousOpen = new int[unanswered.size() + 1];
        int last = HEAD;
        int lastOpen = HEAD;
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            int position = i + 1;
            if (!event.answered()) {
                openCallOf[event.operation()] = position;
                nextOpen[lastOpen] = event.operation() + 1;
                previousOpen[event.operation() + 1] = lastOpen;
                lastOpen = event.operation() + 1;
                continue;
            }
            operationAt[position] = event.operation();
            returnAt[position] = event.isReturn();
            (event.isReturn() ? returnOf : callOf)[event.operation()] = position;
            next[last] = position;
            previous[position] = last;
            last = position;
        }
    }

    /** What comes after a position; {@link #HEAD} at the end. */
    int after(int position) {
        return next[position];
    }

    boolean isReturn(int position) {
        return returnAt[position];
    }

    int operation(int position) {
        return operationAt[position];
    }

    /** The first return: what is called after it cannot come before. {@link #HEAD} if none is left. */
    int firstReturn() {
        int position = next[HEAD];
        while (position != HEAD && !returnAt[position]) {
            position = next[position];
        }
        return position;
    }

    /** Takes an operation out. */
    void lift(int operation) {
        unlink(callOf[operation]);
        unlink(returnOf[operation]);
    }

    /** Puts back the operation that was lifted last. */
    void unlift(int operation) {
        link(returnOf[operation]);
        link(callOf[operation]);
    }

    private void unlink(int position) {
        next[previous[position]] = next[position];
        previous[next[position]] = previous[position];
    }

    private void link(int position) {
        next[previous[position]] = position;
        previous[next[position]] = position;
    }

    int callOf(int operation) {
        return callOf[operation];
    }

    /** The unanswered operation after this one, of those called before a position; -1 if there is none. */
    int openAfter(int operation, int beforePosition) {
        int following = nextOpen[operation + 1] - 1;
        return following >= 0 && openCallOf[following] < beforePosition ? following : -1;
    }

    /** Takes an unanswered operation out. */
    void liftOpen(int operation) {
        int link = operation + 1;
        nextOpen[previousOpen[link]] = nextOpen[link];
        previousOpen[nextOpen[link]] = previousOpen[link];
    }

    /** Puts back the unanswered operation that was lifted last. */
    void unliftOpen(int operation) {
        int link = operation + 1;
        nextOpen[previousOpen[link]] = link;
        previousOpen[nextOpen[link]] = link;
    }
}
