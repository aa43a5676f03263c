package io.pecanraft.examples.lock;

import java.time.Duration;

/**
 * A lock that was granted, as its holder sees it.
 *
 * @param name which lock
 * @param token to be shown to whatever the lock protects
 * @param endNanos when the holder must have stopped, by its own monotonic clock
 */
public record Lease(String name, long token, long endNanos) {

    /** How much sooner than the log a holder takes a lease for ended, because clocks do not run alike: one part in this many. */
    static final int DRIFT_MARGIN = 100;

    /**
     * Counted from before the command was sent, for the log counts from when it was appended, which is later.
     *
     * @param sentNanos when the command was about to be sent
     */
    static Lease of(String name, long token, long sentNanos, Duration length) {
        return new Lease(name, token, sentNanos + length.toNanos() - length.toNanos() / DRIFT_MARGIN);
    }

    /**
     * Whether to stop. A holder that looks may still be stopped between looking and doing, for as long as a machine may stand still;
     * so what it does carries the {@link #token()} as well.
     */
    public boolean isOver(long nowNanos) {
        return nowNanos - endNanos >= 0;
    }
}
