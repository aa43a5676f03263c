package io.pecanraft.testkit.linearizability;

import java.time.Duration;

/** How much one check may cost, over all its searches. */
final class Budget {

    private static final int LOOK_AT_THE_CLOCK_EVERY = 256;

    private final long startNanos = System.nanoTime();
    private final long limitNanos;
    private final long maxConfigurations;
    private long configurations;
    private boolean spent;

    Budget(Duration timeLimit, long maxConfigurations) {
        this.limitNanos = timeLimit.toNanos();
        this.maxConfigurations = maxConfigurations;
    }

    /** One more configuration; false if that is too many or takes too long. */
    boolean spend() {
        configurations++;
        if (configurations > maxConfigurations) {
            spent = true;
        } else if (configurations % LOOK_AT_THE_CLOCK_EVERY == 0 && System.nanoTime() - startNanos > limitNanos) {
            spent = true;
        }
        return !spent;
    }

    boolean isSpent() {
        return spent;
    }

    long configurations() {
        return configurations;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
