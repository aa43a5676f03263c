package io.pecanraft.runtime;

/**
 * The earliest of many deadlines, without a timer for each.
 *
 * <p>Keeps a lower bound. When it has passed, whoever holds the operations looks through them, ends those that are overdue
 * and gives the deadlines of the rest again. Most operations end long before, so this is rare; when many end late, looking
 * is limited to once per {@link #GRANULARITY_NANOS}.
 */
final class DeadlineWatch {

    static final long NONE = Long.MAX_VALUE;

    /** Deadlines may be noticed this much late. */
    static final long GRANULARITY_NANOS = 10_000_000;

    private long nextNanos = NONE;

    /** There is an operation with this deadline. */
    void add(long deadlineNanos) {
        nextNanos = Math.min(nextNanos, deadlineNanos);
    }

    /** Whether it is time to look; if so, all deadlines are forgotten and must be given again. */
    boolean takeDue(long nowNanos) {
        if (nextNanos == NONE || nowNanos < nextNanos) {
            return false;
        }
        nextNanos = NONE;
        return true;
    }

    /** Gives the deadline of an operation that was looked at and is not overdue. */
    void addAgain(long deadlineNanos, long nowNanos) {
        add(Math.max(deadlineNanos, nowNanos + GRANULARITY_NANOS));
    }

    /** When to look next; {@link #NONE} for never. */
    long nextNanos() {
        return nextNanos;
    }
}
