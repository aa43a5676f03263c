package io.pecanraft.runtime;

import io.pecanraft.OperationTimeoutException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Something a caller waits for.
 *
 * <p>Several may want to end it: the state machine's reply, a deadline, the loss of leadership, the end of the node. Whoever
 * {@link #settle settles} it first tells the caller; the others leave it alone. So every operation ends exactly once, and its
 * deadline holds wherever it is at that moment.
 */
abstract class Operation {

    private static final AtomicIntegerFieldUpdater<Operation> SETTLED =
            AtomicIntegerFieldUpdater.newUpdater(Operation.class, "settled");

    /** Nobody means to wait longer; keeps a deadline from overflowing. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final long startNanos;
    private final Duration timeout;
    private final long deadlineNanos;
    private volatile int settled;

    Operation(long startNanos, Duration timeout) {
        this.startNanos = startNanos;
        this.timeout = timeout;
        this.deadlineNanos = startNanos + (timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST).toNanos();
    }

    final long startNanos() {
        return startNanos;
    }

    final long deadlineNanos() {
        return deadlineNanos;
    }

    /** Whether the caller of this method, and nobody else, is to end the operation. Any thread. */
    final boolean settle() {
        return SETTLED.compareAndSet(this, 0, 1);
    }

    final boolean isSettled() {
        return settled != 0;
    }

    /** The error of an operation whose deadline has passed. */
    final OperationTimeoutException timedOut(String what, Outcome outcome) {
        return new OperationTimeoutException(what + " within " + timeout.toMillis() + " ms", outcome, timeout);
    }

    /** Tells the caller that it failed. After {@link #settle}, on the result or event lane. */
    abstract void fail(RaftException why);
}
