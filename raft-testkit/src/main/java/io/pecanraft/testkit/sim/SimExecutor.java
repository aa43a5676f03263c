package io.pecanraft.testkit.sim;

import io.pecanraft.spi.RaftExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;

/** One thread of a process: tasks in order, each an event of its own, each a little late. */
final class SimExecutor implements RaftExecutor, Executor {

    private final SimProcess process;
    private final SimProcess.Lane lane;
    private final SimScheduler scheduler;
    private final SimRandom random;
    private final long minDelayNanos;
    private final long meanExtraDelayNanos;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final List<Timer> timers = new ArrayList<>();
    private boolean pumpScheduled;
    private long pumpGeneration;

    SimExecutor(
            SimProcess process,
            SimProcess.Lane lane,
            SimScheduler scheduler,
            SimRandom random,
            long minDelayNanos,
            long meanExtraDelayNanos) {
        this.process = process;
        this.lane = lane;
        this.scheduler = scheduler;
        this.random = random;
        this.minDelayNanos = minDelayNanos;
        this.meanExtraDelayNanos = meanExtraDelayNanos;
    }

    @Override
    public void execute(Runnable task) {
        if (!process.alive()) {
            return;
        }
        queue.add(task);
        if (!pumpScheduled) {
            schedulePump();
        }
    }

    /** A task that waits for a time of the local clock. Compared by identity. */
    private static final class Timer {
        final Runnable task;
        final long dueNanos;

        Timer(Runnable task, long dueNanos) {
            this.task = task;
            this.dueNanos = dueNanos;
        }
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        Timer timer = new Timer(task, process.localNanos() + Math.max(0, delayNanos));
        timers.add(timer);
        arm(timer);
    }

    private void arm(Timer timer) {
        long wait = Math.max(0, timer.dueNanos - process.localNanos());
        scheduler.after(process.virtualNanos(wait), process.node(), () -> {
            if (timers.remove(timer)) {
                execute(timer.task);
            }
        });
    }

    /** The local clock has jumped forward: what waits for a time waits less long. */
    void clockJumped() {
        timers.forEach(this::arm);
    }

    @Override
    public long nanoTime() {
        return process.localNanos();
    }

    @Override
    public long epochMillis() {
        return process.epochMillis();
    }

    void clear() {
        queue.clear();
        timers.clear();
    }

    /** Goes on at once after a pause that ended early. */
    void resume() {
        if (pumpScheduled) {
            schedulePump();
        }
    }

    private void schedulePump() {
        pumpAt(scheduler.nowNanos() + random.delay(minDelayNanos, meanExtraDelayNanos) + process.slownessNanos(lane));
    }

    private void pumpAt(long nanos) {
        pumpScheduled = true;
        long ours = ++pumpGeneration;
        scheduler.at(nanos, process.node(), () -> {
            if (ours == pumpGeneration) {
                pump();
            }
        });
    }

    private void pump() {
        pumpScheduled = false;
        if (!process.alive()) {
            return;
        }
        if (scheduler.nowNanos() < process.pausedUntilNanos()) {
            pumpAt(process.pausedUntilNanos());
            return;
        }
        Runnable task = queue.poll();
        if (task == null) {
            return;
        }
        if (!queue.isEmpty()) {
            schedulePump();
        }
        process.run(task);
    }
}
