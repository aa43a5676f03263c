package io.pecanraft.benchmarks.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** What was answered between two moments. Written by the thread of the connection, and read when that has let go of it. */
final class Recording {

    private static final Duration GREATEST = Duration.ofMinutes(2);
    private static final int DIGITS = 3;

    private final Histogram latencyNanos = new Histogram(GREATEST.toNanos(), DIGITS);
    private long failures;
    private long startNanos;
    private long endNanos;

    void start(long now) {
        startNanos = now;
    }

    void end(long now) {
        endNanos = now;
    }

    void done(long nanos) {
        latencyNanos.recordValue(Math.min(nanos, GREATEST.toNanos()));
    }

    void failed() {
        failures++;
    }

    Histogram latencyNanos() {
        return latencyNanos;
    }

    long failures() {
        return failures;
    }

    long elapsedNanos() {
        return endNanos - startNanos;
    }
}
