package io.pecanraft.runtime;

import io.pecanraft.spi.RaftExecutor;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/** All executors of a test in one thread, on a clock that the test advances. */
final class VirtualTime implements RaftExecutor {

    private record Timer(Runnable task, long dueNanos, long sequence) {}

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos).thenComparingLong(Timer::sequence));
    private long nowNanos = 1_000_000_000L;
    private long sequence;
    int scheduled;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        scheduled++;
        timers.add(new Timer(task, nowNanos + delayNanos, sequence++));
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public long epochMillis() {
        return 1_700_000_000_000L;
    }

    /** An executor whose tasks wait until {@link Held#release}. */
    Held held() {
        return new Held();
    }

    /** Runs everything that can run now. */
    void settle() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    /** Lets time pass, running what becomes due on the way. */
    void advanceMillis(long millis) {
        long end = nowNanos + millis * 1_000_000;
        settle();
        while (!timers.isEmpty() && timers.peek().dueNanos() <= end) {
            Timer timer = timers.remove();
            nowNanos = Math.max(nowNanos, timer.dueNanos());
            timer.task().run();
            settle();
        }
        nowNanos = end;
    }

    /** Lets time pass as for a process that is suspended: nothing runs until the end, then everything that is overdue. */
    void sleepMillis(long millis) {
        nowNanos += millis * 1_000_000;
    }

    /** A raft executor whose thread can be suspended: what becomes due meanwhile runs when it is resumed. */
    Suspendable suspendable() {
        return new Suspendable();
    }

    final class Suspendable implements RaftExecutor {

        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private boolean suspended;

        @Override
        public void execute(Runnable task) {
            tasks.add(() -> run(task));
        }

        @Override
        public void schedule(Runnable task, long delayNanos) {
            VirtualTime.this.schedule(() -> run(task), delayNanos);
        }

        @Override
        public long nanoTime() {
            return VirtualTime.this.nanoTime();
        }

        @Override
        public long epochMillis() {
            return VirtualTime.this.epochMillis();
        }

        void suspend() {
            suspended = true;
        }

        void resume() {
            suspended = false;
            tasks.addAll(waiting);
            waiting.clear();
        }

        private void run(Runnable task) {
            if (suspended) {
                waiting.add(task);
            } else {
                task.run();
            }
        }
    }

    final class Held implements Executor {

        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private boolean holding;

        @Override
        public void execute(Runnable task) {
            if (holding) {
                waiting.add(task);
            } else {
                tasks.add(task);
            }
        }

        void hold() {
            holding = true;
        }

        void release() {
            holding = false;
            tasks.addAll(waiting);
            waiting.clear();
        }
    }
}
