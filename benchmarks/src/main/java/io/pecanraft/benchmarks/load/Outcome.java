package io.pecanraft.benchmarks.load;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What one measurement found.
 *
 * @param mode "closed", or "open-" and the percentage of the closed loop's rate at which operations were due
 * @param opsPerSecond answered operations
 * @param p50Micros half took at most this
 * @param p99Micros 99 % took at most this
 * @param p999Micros 99.9 % took at most this
 * @param maxMicros the slowest
 * @param cpuMicrosPerOp of all processes together
 * @param bytesPerOp written by all processes together
 * @param peakMegabytes the most memory that one process held
 */
public record Outcome(
        String mode,
        double opsPerSecond,
        double p50Micros,
        double p99Micros,
        double p999Micros,
        double maxMicros,
        double cpuMicrosPerOp,
        double bytesPerOp,
        double peakMegabytes) {

    /** The names of what {@link #toCsv} gives. */
    public static final String CSV_HEADER =
            "mode,ops_per_s,p50_us,p99_us,p999_us,max_us,cpu_us_per_op,bytes_per_op,peak_mb";

    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double BYTES_PER_MEGABYTE = 1e6;

    static Outcome of(String mode, Recording recording, Usage before, Usage after) {
        Histogram latency = recording.latencyNanos();
        double ops = latency.getTotalCount();
        return new Outcome(
                mode,
                ops * NANOS_PER_SECOND / recording.elapsedNanos(),
                latency.getValueAtPercentile(50) / NANOS_PER_MICRO,
                latency.getValueAtPercentile(99) / NANOS_PER_MICRO,
                latency.getValueAtPercentile(99.9) / NANOS_PER_MICRO,
                latency.getMaxValue() / NANOS_PER_MICRO,
                (after.cpuNanos() - before.cpuNanos()) / NANOS_PER_MICRO / ops,
                (after.writtenBytes() - before.writtenBytes()) / ops,
                after.peakBytes() / BYTES_PER_MEGABYTE);
    }

    /** One line of values, in the order of {@link #CSV_HEADER}. */
    public String toCsv() {
        return String.format(
                Locale.ROOT,
                "%s,%.0f,%.0f,%.0f,%.0f,%.0f,%.2f,%.0f,%.0f",
                mode,
                opsPerSecond,
                p50Micros,
                p99Micros,
                p999Micros,
                maxMicros,
                cpuMicrosPerOp,
                bytesPerOp,
                peakMegabytes);
    }
}
