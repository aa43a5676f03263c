package io.pecanraft.examples.kv.replication;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** The thread of a connection in virtual time: tasks run when the test says so, and the clock moves when it says so. */
public final class VirtualThread implements EventThread {

    private record Timer(long atNanos, long order, Runnable task) {}

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::order));
    private long nowNanos;
    private long order;

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        timers.add(new Timer(nowNanos + delayNanos, order++, task));
    }

    /** Runs what is due, without moving the clock. */
    public void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Moves the clock and runs what comes due on the way, in order. */
    public void advance(Duration time) {
        long end = nowNanos + time.toNanos();
        run();
        for (Timer next = timers.peek(); next != null && next.atNanos() <= end; next = timers.peek()) {
            timers.poll();
            nowNanos = next.atNanos();
            next.task().run();
            run();
        }
        nowNanos = end;
    }

    /** The time since the start. */
    public Duration elapsed() {
        return Duration.ofNanos(nowNanos);
    }
}
