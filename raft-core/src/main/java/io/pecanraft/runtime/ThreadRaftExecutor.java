package io.pecanraft.runtime;

import io.pecanraft.spi.RaftExecutor;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The default raft executor: one daemon thread with a queue of tasks and a heap of timers. The only place of the library that
 * looks at the system's clocks.
 *
 * <p>The thread starts with the first task. When a task throws, the thread ends and further tasks are rejected: whoever gave
 * the task is responsible for catching what it can survive, and nobody can say what state the rest is in.
 */
final class ThreadRaftExecutor implements RaftExecutor {

    /** After so many tasks in a row, timers get their chance. */
    private static final int TASKS_BETWEEN_TIMERS = 64;

    private record Timer(Runnable task, long dueNanos, long sequence) {}

    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean parked;
    private volatile boolean shutdown;
    private volatile boolean ended;

    // The executor's own thread.
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos).thenComparingLong(Timer::sequence));
    private long timerSequence;

    ThreadRaftExecutor(String threadName) {
        thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    @Override
    public void execute(Runnable task) {
        if (shutdown) {
            throw new RejectedExecutionException(thread.getName() + " was shut down");
        }
        tasks.add(task);
        if (!started.get() && started.compareAndSet(false, true)) {
            thread.start();
        } else if (parked) {
            LockSupport.unpark(thread);
        }
        // The thread may have looked for the last time between the check above and the adding.
        if (ended && tasks.remove(task)) {
            throw new RejectedExecutionException(thread.getName() + " was shut down");
        }
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        long dueNanos = nanoTime() + delayNanos;
        if (Thread.currentThread().equals(thread)) {
            addTimer(task, dueNanos);
        } else {
            execute(() -> addTimer(task, dueNanos));
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis();
    }

    /** Runs what was given so far and ends. Timers that are not due are forgotten. Idempotent. */
    void shutdown() {
        shutdown = true;
        LockSupport.unpark(thread);
    }

    private void addTimer(Runnable task, long dueNanos) {
        timers.add(new Timer(task, dueNanos, timerSequence++));
    }

    private void run() {
        try {
            while (true) {
                boolean worked = runTasks();
                worked |= runDueTimers();
                if (!worked) {
                    if (shutdown) {
                        break;
                    }
                    park();
                }
            }
            ended = true;
            // What was added while the thread was about to end and did not yet say so.
            while (runTasks()) {}
        } finally {
            shutdown = true;
            ended = true;
        }
    }

    private boolean runTasks() {
        int count = 0;
        while (count < TASKS_BETWEEN_TIMERS) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            task.run();
            count++;
        }
        return count > 0;
    }

    private boolean runDueTimers() {
        Timer next = timers.peek();
        if (next == null || next.dueNanos() > nanoTime()) {
            return false;
        }
        timers.remove();
        next.task().run();
        return true;
    }

    private void park() {
        parked = true;
        try {
            // Whoever adds a task after this look sees that the thread is about to park.
            if (tasks.isEmpty() && !shutdown) {
                Timer next = timers.peek();
                if (next == null) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, Math.max(1, next.dueNanos() - nanoTime()));
                }
            }
        } finally {
            parked = false;
        }
    }
}
