package io.pecanraft.examples.kv.replication;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a request is held while there is no leader, and how its tries are spaced: each delay is drawn between a half and
 * the whole of a step that doubles, so that the requests of many connections do not come back at the same moment.
 *
 * @param hold the time from the arrival of a request until it is given up; positive
 */
public record HoldPolicy(Duration hold) {

    private static final long FIRST_DELAY_NANOS = 10_000_000L;
    private static final long LAST_DELAY_NANOS = 160_000_000L;
    private static final int DOUBLINGS = 4;

    /** A proposal gets at least this long, however little of the hold is left: a shorter try would only end in doubt. */
    private static final long LEAST_TRY_NANOS = 1_000_000_000L;

    /** Checks the range. */
    public HoldPolicy {
        if (hold.isNegative() || hold.isZero()) {
            throw new IllegalArgumentException("hold must be positive, got " + hold);
        }
    }

    long holdNanos() {
        return hold.toNanos();
    }

    /** The delay after this many failed tries, from 1. */
    static long delayNanos(int failedTries, RandomGenerator random) {
        long step = Math.min(LAST_DELAY_NANOS, FIRST_DELAY_NANOS << Math.min(failedTries - 1, DOUBLINGS));
        return step / 2 + random.nextLong(step / 2 + 1);
    }

    /** No delay is longer. */
    static long maxDelayNanos() {
        return LAST_DELAY_NANOS;
    }

    /** How long a try may take when this much of the hold is left. */
    static Duration tryTimeout(long leftNanos) {
        return Duration.ofNanos(Math.max(leftNanos, LEAST_TRY_NANOS));
    }
}
