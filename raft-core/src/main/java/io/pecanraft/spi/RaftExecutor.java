package io.pecanraft.spi;

/**
 * The one thread of a node's consensus, and its only source of time.
 *
 * <p>Tasks run one at a time, in the order they were given, each seeing the effects of those before. Several nodes may
 * share one executor. A task never blocks. Implementable by an event loop of a network library.
 */
public interface RaftExecutor {

    /**
     * Runs a task soon. Callable from any thread; never runs the task inside this call.
     *
     * @throws java.util.concurrent.RejectedExecutionException after shutdown
     */
    void execute(Runnable task);

    /**
     * Runs a task once the delay has passed, or later. There is no way to cancel: the library keeps at most one early and
     * one current alarm, and looks at the clock when it wakes.
     *
     * @param delayNanos in nanoseconds, not negative
     */
    void schedule(Runnable task, long delayNanos);

    /** Monotonic nanoseconds from an arbitrary origin. Callable from any thread. */
    long nanoTime();

    /** Milliseconds of the wall clock since the Unix epoch. Seeds the timestamp of a log's first entry, nothing else. */
    long epochMillis();
}
