package io.pecanraft.examples.kv.replication;

/** The one thread of a connection, with its clock. In tests, virtual time. */
public interface EventThread {

    /** Monotonic time. */
    long nanoTime();

    /** Runs a task on this thread. Callable from any thread. */
    void execute(Runnable task);

    /** Runs a task on this thread after a delay. */
    void schedule(Runnable task, long delayNanos);
}
