package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the raft thread has to tell callers, told on the callback lane, at the end of each turn in one go: callers' code never
 * runs on the raft thread.
 *
 * <p>When that lane is stuck in somebody's code for longer than a closing node is willing to wait, the thread that closes the
 * node tells the rest, so that every caller learns of its end.
 */
final class Completions {

    private final Lane callbacks;
    private final Queue<Runnable> untold = new ConcurrentLinkedQueue<>();
    private boolean added;

    Completions(Lane callbacks) {
        this.callbacks = callbacks;
    }

    /** Ends an operation with a failure, unless it has ended. Raft thread. */
    void fail(Operation operation, RaftException why) {
        if (operation.settle()) {
            tell(() -> operation.fail(why));
        }
    }

    /** Tells a caller who has been settled with. Raft thread. */
    void tell(Runnable completion) {
        untold.add(completion);
        added = true;
    }

    /** At the end of a turn. Raft thread. */
    void flush() {
        if (added) {
            added = false;
            callbacks.executeAnyway(this::tellAll);
        }
    }

    /** Tells all that there is to tell. Callback lane, or the thread that closes the node. */
    void tellAll() {
        Runnable completion = untold.poll();
        while (completion != null) {
            completion.run();
            completion = untold.poll();
        }
    }
}
