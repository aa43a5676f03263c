package io.pecanraft;

import io.pecanraft.spi.RaftExecutor;
import java.time.Duration;

/**
 * How a {@link RaftSession} waits and tries again.
 *
 * @param executor runs the session's work in order, completes its futures, and is its only clock
 * @param seed draws the jitter of pauses; sessions with different seeds do not come back in step
 * @param commandTimeout how long to try before a command's outcome is called unknown, or not done where that is certain
 * @param attemptTimeout how long to wait for one attempt before the next, at another server
 * @param minBackoff the pause after the first failure; it doubles with each further one, and half of it is random
 * @param maxBackoff the longest pause
 */
public record SessionOptions(
        RaftExecutor executor,
        long seed,
        Duration commandTimeout,
        Duration attemptTimeout,
        Duration minBackoff,
        Duration maxBackoff) {

    /** Checks that times are positive and in order. */
    public SessionOptions {
        for (Duration time : new Duration[] {commandTimeout, attemptTimeout, minBackoff, maxBackoff}) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("times of a session must be positive, got " + time);
            }
        }
        if (minBackoff.compareTo(maxBackoff) > 0) {
            throw new IllegalArgumentException(
                    "minBackoff (" + minBackoff + ") must not be greater than maxBackoff (" + maxBackoff + ")");
        }
    }

    /** 30 s for a command, 5 s for an attempt, pauses from 20 ms to 1 s. */
    public static SessionOptions of(RaftExecutor executor, long seed) {
        return new SessionOptions(
                executor,
                seed,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofMillis(20),
                Duration.ofSeconds(1));
    }

    /** With another time for a command. */
    public SessionOptions withCommandTimeout(Duration timeout) {
        return new SessionOptions(executor, seed, timeout, attemptTimeout, minBackoff, maxBackoff);
    }

    /** With another time for an attempt. */
    public SessionOptions withAttemptTimeout(Duration timeout) {
        return new SessionOptions(executor, seed, commandTimeout, timeout, minBackoff, maxBackoff);
    }

    /** With other pauses. */
    public SessionOptions withBackoff(Duration min, Duration max) {
        return new SessionOptions(executor, seed, commandTimeout, attemptTimeout, min, max);
    }
}
