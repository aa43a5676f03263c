package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Lets the next flush of each thread of a process fail with EIO, by {@code strace}, until this is closed. */
final class FailingFlush implements AutoCloseable {

    private static final String CALLS = "fsync,fdatasync,msync,sync_file_range";
    private static final long PROBE_MILLIS = 700;
    private static final long END_SECONDS = 10;

    private final Process strace;
    private final Path log;

    private FailingFlush(Process strace, Path log) {
        this.strace = strace;
        this.log = log;
    }

    /** Does it to a process; what has failed is written to a file. */
    static FailingFlush of(long pid, Path log) throws IOException {
        Process strace = new ProcessBuilder(
                        "strace",
                        "-f",
                        "-qq",
                        "-o",
                        log.toString(),
                        "-e",
                        "trace=" + CALLS,
                        "-e",
                        "inject=" + CALLS + ":error=EIO:when=1",
                        "-p",
                        Long.toString(pid))
                .redirectErrorStream(true)
                .start();
        strace.getOutputStream().close();
        return new FailingFlush(strace, log);
    }

    /** Why that cannot be done on this machine; empty if it can. */
    static Optional<String> whyNot(Path directory) {
        try {
            Process sleeper = new ProcessBuilder("sleep", "60").start();
            Path log = directory.resolve("strace-probe");
            try (FailingFlush probe = of(sleeper.pid(), log)) {
                if (probe.strace.waitFor(PROBE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return Optional.of(new String(probe.strace.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip()
                            .replace('\n', ' '));
                }
                return Optional.empty();
            } finally {
                sleeper.destroyForcibly();
                Files.deleteIfExists(log);
            }
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    /** Whether a flush has failed. */
    boolean hasFailed() throws IOException {
        return Files.exists(log) && Files.readString(log).contains("(INJECTED)");
    }

    /** Lets the process go. */
    @Override
    public void close() {
        strace.destroy();
        try {
            if (!strace.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                strace.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            strace.destroyForcibly();
        }
    }
}
