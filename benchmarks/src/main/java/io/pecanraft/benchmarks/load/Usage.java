package io.pecanraft.benchmarks.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What processes have used since they began, as Linux counts it.
 *
 * @param cpuNanos in user and kernel mode, in steps of 10 ms, without the threads that compile: what these do is over one day, and on
 *     a machine that is shared not after the warm-up
 * @param writtenBytes what they caused to be written to disks, pages made dirty in mapped files included
 * @param peakBytes the most memory that any one of them held (VmHWM)
 */
public record Usage(long cpuNanos, long writtenBytes, long peakBytes) {

    /** Of every Linux that a JVM runs on. */
    private static final long NANOS_PER_TICK = TimeUnit.SECONDS.toNanos(1) / 100;

    /** With this JVMs keep the threads that compile, and so what these have used. */
    public static final String COUNTABLE_COMPILERS = "-XX:-UseDynamicNumberOfCompilerThreads";

    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler.*");

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
        return new Usage(
                (ticks(process) - compilerTicks(process)) * NANOS_PER_TICK,
                number(process.resolve("io"), "write_bytes:"),
                number(process.resolve("status"), "VmHWM:") << 10);
    }

    /** Of a process, or of a thread of one. */
    private static long ticks(Path task) throws IOException {
        String stat = Files.readString(task.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[KERNEL_TICKS]);
    }

    private static long compilerTicks(Path process) throws IOException {
        long sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                if (COMPILER.matcher(nameOf(thread)).matches()) {
                    sum += ticks(thread);
                }
            }
        }
        return sum;
    }

    private static String nameOf(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).trim();
        } catch (IOException e) {
            return ""; // it has ended meanwhile; those that compile do not
        }
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
