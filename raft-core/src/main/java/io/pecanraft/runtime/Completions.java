package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

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
    private final AtomicInteger untoldCount = new AtomicInteger();
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
        untoldCount.incrementAndGet();
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

    /** How many callers wait to be told; many, where a callback hangs and callers do not wait for their answers. Any thread. */
    int untold() {
        return untoldCount.get();
    }

    /** Tells all that there is to tell. Event lane, or the thread that closes the node. */
    void tellAll() {
        Runnable completion = untold.poll();
        while (completion != null) {
            untoldCount.decrementAndGet();
            completion.run();
            completion = untold.poll();
        }
    }
}
