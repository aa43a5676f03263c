package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the raft thread has to tell callers, told on the event lane, at the end of each turn in one go: callers' code never runs
 * on the raft thread, and a state machine that hangs keeps nobody from learning that his time is over.
 *
 * <p>When that lane is stuck in somebody's code for longer than a closing node is willing to wait, the thread that closes the
 * node tells the rest, so that every caller learns of its end.
 */
final class Completions {

    private final Lane lane;
    private final Queue<Runnable> untold = new ConcurrentLinkedQueue<>();
    private boolean added;

    Completions(Lane lane) {
        this.lane = lane;
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
            lane.executeAnyway(this::tellAll);
        }
    }

    /** Tells all that there is to tell. Event lane, or the thread that closes the node. */
    void tellAll() {
        Runnable completion = untold.poll();
        while (completion != null) {
            completion.run();
            completion = untold.poll();
        }
    }
}
