package io.pecanraft.runtime;

import io.pecanraft.spi.Storage;
import io.pecanraft.spi.Transport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what a node owns, each part after the last one that uses it:
 *
 * <pre>
 *   connections  →  snapshots in progress  →  state machine  →  storage  →  log lines and listeners  →  threads
 * </pre>
 *
 * Each step runs where that part is used, behind what is still going on there. A step that fails is logged and does not keep
 * the next one from being done.
 */
final class Release {

    private final Applier applier;
    private final Storage storage;
    private final NodeExecutors executors;
    private final NodeLanes lanes;
    private final NodeLog log;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile String waitingFor = "the raft thread";

    Release(Applier applier, Storage storage, NodeExecutors executors, NodeLanes lanes, NodeLog log) {
        this.applier = applier;
        this.storage = storage;
        this.executors = executors;
        this.lanes = lanes;
        this.log = log;
    }

    /** Begins, and returns. Raft thread. */
    void begin(Transport.@Nullable Outbound outbound) {
        if (outbound != null) {
            step("connections", outbound::close);
        }
        waitingFor = "snapshots in progress";
        lanes.snapshot().executeAnyway(() -> {
            waitingFor = "the state machine";
            lanes.apply().executeAnyway(() -> {
                step("the state machine", applier::close);
                waitingFor = "the storage";
                lanes.snapshot().executeAnyway(() -> {
                    step("the storage", storage::close);
                    waitingFor = "log lines and listeners";
                    lanes.events().executeAnyway(this::end);
                });
            });
        });
    }

    /** Does it all right here, for a node that was never started. */
    void beginHere() {
        step("the state machine", applier::close);
        step("the storage", storage::close);
        end();
    }

    /** Waits until all is released, or long enough. Returns whether it is. */
    boolean await(Duration atMost) {
        try {
            done.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            log.warn()
                    .addKeyValue("reason", waitingFor)
                    .addKeyValue("millis", atMost.toMillis())
                    .log("node is still stopping");
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the release of a node never fails", e);
        }
    }

    private void end() {
        done.complete(null);
        executors.shutdownOwn();
    }

    private void step(String what, Runnable closing) {
        try {
            closing.run();
        } catch (RuntimeException e) {
            log.warn().addKeyValue("reason", what).setCause(e).log("could not be closed properly");
        }
    }
}
