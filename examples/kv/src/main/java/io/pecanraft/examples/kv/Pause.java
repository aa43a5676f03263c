package io.pecanraft.examples.kv;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A process that is stopped (SIGSTOP) for as long as this is open. A stopped process does not notice that its parent is gone, so a
 * shell keeps watch: it continues the process (SIGCONT) when told to, and also when we die, however that happens.
 */
final class Pause implements AutoCloseable {

    private static final String PAUSED = "paused";
    private static final String SCRIPT =
            "trap '' INT TERM HUP; kill -STOP \"$1\" && echo " + PAUSED + " && read -r x; kill -CONT \"$1\"";
    private static final long CONTINUE_SECONDS = 5;

    private final Process watch;

    private Pause(Process watch) {
        this.watch = watch;
    }

    /**
     * Stops a process.
     *
     * @throws IOException saying why it could not be
     */
    static Pause of(long pid) throws IOException {
        if (File.separatorChar != '/') {
            throw new IOException("this system cannot pause a process (there is no SIGSTOP); kill it instead");
        }
        Process watch = new ProcessBuilder("sh", "-c", SCRIPT, "sh", Long.toString(pid))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said = new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8));
        if (!PAUSED.equals(said.readLine())) {
            throw new IOException("process " + pid + " could not be paused; is it gone?");
        }
        return new Pause(watch);
    }

    /** Lets the process go on; it does once this has returned. */
    @Override
    public void close() {
        try {
            watch.getOutputStream().close(); // the shell reads the end of its input
            watch.waitFor(CONTINUE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            watch.destroyForcibly(); // cannot happen to a pipe that was never written to
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
