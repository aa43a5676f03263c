package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client that writes values as large as the servers take, at most {@value #MAX_MIB} MiB, so that logs need further files. What it is told is not
 * judged.
 */
@SuppressWarnings("try") // its end is waited for, by one who may be interrupted
final class Flood {

    private static final int MAX_MIB = 96;
    private static final int LEAST_BYTES = 1 << 10;
    private static final long PAUSE_MILLIS = 100;
    private static final String MIB = "x".repeat(1 << 20);

    private final Nodes nodes;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread thread;

    /** Starts it; it begins with this node. */
    Flood(Nodes nodes, int first) {
        this.nodes = nodes;
        this.thread = new Thread(() -> work(first), "rig-flood");
        thread.setDaemon(true);
        thread.start();
    }

    private void work(int first) {
        String value = MIB;
        long left = (long) MAX_MIB * MIB.length();
        for (int node = first;
                !stopping.get() && left > 0;
                node = (node + 1) % nodes.names().size()) {
            try (Client client = nodes.connect(node)) {
                while (!stopping.get() && left > 0) {
                    client.call("SET", "flood", value);
                    left -= value.length();
                }
            } catch (IOException e) {
                if (String.valueOf(e.getMessage()).contains("is larger than") && value.length() > LEAST_BYTES) {
                    value = value.substring(value.length() / 2);
                } else {
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it, and waits for it. */
    void end() throws InterruptedException {
        stopping.set(true);
        thread.join();
    }
}
