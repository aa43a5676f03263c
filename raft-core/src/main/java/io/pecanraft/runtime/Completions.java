package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import java.util.ArrayList;
import java.util.List;

/**
 * Failures that the raft thread has decided on during a turn, told to their callers on the callback lane in one go, so that
 * callers' code never runs on the raft thread.
 */
final class Completions {

    private record Failed(Operation operation, RaftException why) {}

    private final Lane callbacks;
    private List<Failed> failed = new ArrayList<>();

    Completions(Lane callbacks) {
        this.callbacks = callbacks;
    }

    /** Ends an operation unless it has ended. Raft thread. */
    void fail(Operation operation, RaftException why) {
        if (operation.settle()) {
            failed.add(new Failed(operation, why));
        }
    }

    /** At the end of a turn. Raft thread. */
    void flush() {
        if (failed.isEmpty()) {
            return;
        }
        List<Failed> batch = failed;
        failed = new ArrayList<>();
        callbacks.executeAnyway(() -> {
            for (Failed each : batch) {
                each.operation().fail(each.why());
            }
        });
    }
}
