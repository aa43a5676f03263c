package io.pecanraft.runtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs tasks one at a time, in order, on whatever thread of a pool is free. Its tasks do not throw: they are those of a {@link Lane}. */
final class InOrder implements Executor {

    /** After so many tasks in a row, others get the thread. */
    private static final int TASKS_IN_A_ROW = 64;

    private final Executor pool;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** Whether a thread has the tasks, or is about to. */
    private final AtomicBoolean taken = new AtomicBoolean();

    InOrder(Executor pool) {
        this.pool = pool;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (taken.compareAndSet(false, true)) {
            try {
                pool.execute(this::run);
            } catch (RejectedExecutionException e) {
                tasks.remove(task);
                // What others gave meanwhile, and were not told no, is done here.
                run();
                throw e;
            }
        }
    }

    private void run() {
        boolean more = true;
        while (more) {
            for (int i = 0; i < TASKS_IN_A_ROW && more; i++) {
                Runnable task = tasks.poll();
                if (task == null) {
                    more = !release();
                } else {
                    task.run();
                }
            }
            more = more && !handOn();
        }
    }

    /** Lets go of the tasks; false when one has come meanwhile, and nobody else has taken them. */
    private boolean release() {
        taken.set(false);
        return tasks.isEmpty() || !taken.compareAndSet(false, true);
    }

    /** Queues up behind others for a thread; false when the pool takes nothing any more, so that the rest is to be done here. */
    private boolean handOn() {
        try {
            pool.execute(this::run);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
