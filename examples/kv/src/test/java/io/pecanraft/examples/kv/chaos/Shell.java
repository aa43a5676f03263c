package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the tools of the system. */
final class Shell {

    private static final long SECONDS = 60;

    private Shell() {}

    /**
     * Runs a command to its end.
     *
     * @return what it said
     * @throws IOException with what it said, when it cannot be started or fails
     */
    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return said;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        throw new IOException(
                String.join(" ", List.of(command)) + ": " + (said.isEmpty() ? "failed" : said.replace('\n', ' ')));
    }
}
