package io.pecanraft.runtime;

import io.pecanraft.spi.RaftExecutor;
import java.util.Arrays;

/**
 * Wakes the raft thread when the next deadline comes.
 *
 * <p>Scheduled tasks cannot be cancelled, and deadlines move all the time, mostly back: every heartbeat postpones an election.
 * So a task is scheduled only when the deadline is earlier than every task that is out; a task that fires too early merely
 * causes a turn, after which the rest is scheduled. The tasks that are out form a stack, each earlier than the one below; two
 * at most in practice. Raft thread only.
 */
final class Alarm {

    private final RaftExecutor executor;
    private final Runnable wake;
    private final Runnable fired = this::onFired;
    private long[] outNanos = new long[4];
    private int out;

    /**
     * An alarm.
     *
     * @param wake asks for a turn
     */
    Alarm(RaftExecutor executor, Runnable wake) {
        this.executor = executor;
        this.wake = wake;
    }

    /** Makes sure that a turn comes at this time, or soon after. */
    void set(long deadlineNanos, long nowNanos) {
        if (deadlineNanos == DeadlineWatch.NONE || (out > 0 && outNanos[out - 1] <= deadlineNanos)) {
            return;
        }
        if (out == outNanos.length) {
            outNanos = Arrays.copyOf(outNanos, 2 * out);
        }
        outNanos[out++] = deadlineNanos;
        executor.schedule(fired, Math.max(0, deadlineNanos - nowNanos));
    }

    /** How many scheduled tasks are out. */
    int scheduled() {
        return out;
    }

    private void onFired() {
        out--;
        wake.run();
    }
}
