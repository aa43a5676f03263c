package io.pecanraft.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What processes have used since they began, as Linux counts it.
 *
 * @param cpuNanos in user and kernel mode, in steps of 10 ms
 * @param writtenBytes what they caused to be written to disks, pages made dirty in mapped files included
 * @param peakBytes the most memory that any one of them held (VmHWM)
 */
public record Usage(long cpuNanos, long writtenBytes, long peakBytes) {

    /** Of every Linux that a JVM runs on. */
    private static final long NANOS_PER_TICK = TimeUnit.SECONDS.toNanos(1) / 100;

    private static final int USER_TICKS = 11; // counted from the state, which follows the name in parentheses
    private static final int KERNEL_TICKS = 12;

    /** Of several processes: sums, but for the peak the greatest. */
    public static Usage of(List<Long> pids) throws IOException {
        Usage all = new Usage(0, 0, 0);
        for (long pid : pids) {
            all = all.plus(of(Path.of("/proc", Long.toString(pid))));
        }
        return all;
    }

    private static Usage of(Path process) throws IOException {
        String stat = Files.readString(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[KERNEL_TICKS]);
        return new Usage(
                ticks * NANOS_PER_TICK,
                number(process.resolve("io"), "write_bytes:"),
                number(process.resolve("status"), "VmHWM:") << 10);
    }

    private Usage plus(Usage other) {
        return new Usage(
                cpuNanos + other.cpuNanos, writtenBytes + other.writtenBytes, Math.max(peakBytes, other.peakBytes));
    }

    private static long number(Path file, String name) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(name)) {
                return Long.parseLong(
                        line.substring(name.length()).replace("kB", "").trim());
            }
        }
        throw new IOException(file + " has no line " + name);
    }
}
