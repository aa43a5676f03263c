package io.pecanraft.transport.netty;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: a random time below a bound that doubles with every attempt ("full jitter"), so that
 * the peers of a server that comes back do not all call at the same moment. Not thread-safe.
 */
final class Backoff {

    private final long minMillis;
    private final long maxMillis;
    private int attempts;

    Backoff(long minMillis, long maxMillis) {
        this.minMillis = minMillis;
        this.maxMillis = maxMillis;
    }

    /** The next pause in milliseconds, from 0 to {@link #boundMillis()}. */
    long nextMillis() {
        long bound = boundMillis();
        attempts++;
        return ThreadLocalRandom.current().nextLong(bound + 1);
    }

    /** The bound of the next pause. */
    long boundMillis() {
        // Beyond 2^30 times the least pause every bound is the greatest.
        return attempts > 30 ? maxMillis : Math.min(maxMillis, minMillis << attempts);
    }

    /** How many pauses have been asked for since the last reset. */
    int attempts() {
        return attempts;
    }

    void reset() {
        attempts = 0;
    }
}
