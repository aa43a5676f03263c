package io.pecanraft.testkit.check;

import io.pecanraft.model.LogEntry;
import io.pecanraft.testkit.sim.Verdict;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * The time of the log is not ahead of time (K10): since its first entry no more has passed in it than in the world, by the fastest of
 * the clocks. So nothing that expires by it expires early, whatever wall clocks say and however often the leader changes.
 */
public final class LogTime {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Verdict verdict;
    private final LongUnaryOperator fastestNanos;
    private long jumpedNanos;
    private long firstMillis = -1;

    /**
     * Checks from now on what is committed.
     *
     * @param fastestNanos how much the fastest clock has advanced since the beginning, without jumps
     */
    public LogTime(Verdict verdict, CommittedLog committed, LongSupplier nowNanos, LongUnaryOperator fastestNanos) {
        this.verdict = verdict;
        this.fastestNanos = fastestNanos;
        committed.listen(entry -> committed(entry, nowNanos.getAsLong()));
    }

    /** Some server's monotonic clock jumped forward. */
    public void jumped(long nanos) {
        jumpedNanos += nanos;
    }

    private void committed(LogEntry entry, long nowNanos) {
        if (firstMillis < 0) {
            firstMillis = entry.timestampMillis();
        }
        long mostMillis = (fastestNanos.applyAsLong(nowNanos) + jumpedNanos) / NANOS_PER_MILLI + 1;
        if (entry.timestampMillis() - firstMillis > mostMillis) {
            verdict.fail(
                    "log-time",
                    entry + " is stamped " + (entry.timestampMillis() - firstMillis)
                            + " ms after the first entry, but no more than " + mostMillis + " ms have passed");
        }
    }
}
