package io.pecanraft.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One of the executors on which a node does its work, in order, one task at a time. What escapes a task stops the node: a
 * node that skipped a step can no longer vouch for the ones after it.
 */
final class Lane {

    private final Executor executor;
    private final Consumer<Throwable> onEscape;
    private volatile @Nullable Thread runner;

    Lane(Executor executor, Consumer<Throwable> onEscape) {
        this.executor = executor;
        this.onEscape = onEscape;
    }

    /**
     * Runs a task after those before it.
     *
     * @throws RejectedExecutionException when the executor was shut down
     */
    void execute(Runnable task) {
        executor.execute(() -> run(task));
    }

    /** Runs a task after those before it; right here when the executor was shut down, for what must happen in any case. */
    void executeAnyway(Runnable task) {
        try {
            execute(task);
        } catch (RejectedExecutionException e) {
            run(task);
        }
    }

    /** Whether the current thread is running a task of this lane, so that waiting for another one would be for ever. */
    boolean isCurrent() {
        return Thread.currentThread().equals(runner);
    }

    private void run(Runnable task) {
        Thread outer = runner;
        runner = Thread.currentThread();
        try {
            task.run();
        } catch (Throwable t) {
            onEscape.accept(t);
        } finally {
            runner = outer;
        }
    }
}
