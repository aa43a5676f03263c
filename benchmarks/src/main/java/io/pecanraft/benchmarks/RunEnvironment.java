package io.pecanraft.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Under what a cell was measured.
 *
 * @param load how many processes wanted a processor during the last minute; the machine's own work, before the cell began
 * @param commit of this project, "unknown" outside of its repository
 */
record RunEnvironment(double load, String commit) {

    static final String CSV_HEADER = "load,jdk,date,commit";

    private static final long GIT_SECONDS = 10;

    static RunEnvironment now() {
        return new RunEnvironment(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(), readCommit());
    }

    String toCsv() {
        return String.format(
                Locale.ROOT,
                "%.2f,%s,%s,%s",
                load,
                Runtime.version(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                commit);
    }

    private static String readCommit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=10")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return git.waitFor(GIT_SECONDS, TimeUnit.SECONDS) && git.exitValue() == 0 ? output : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
