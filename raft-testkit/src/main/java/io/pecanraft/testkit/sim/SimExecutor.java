package io.pecanraft.testkit.sim;

import io.pecanraft.spi.RaftExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** One thread of a process: tasks in order, each an event of its own, each a little late. */
final class SimExecutor implements RaftExecutor, Executor {

    private final SimProcess process;
    private final SimScheduler scheduler;
    private final SimRandom random;
    private final long minDelayNanos;
    private final long meanExtraDelayNanos;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private boolean pumpScheduled;
    private long pumpGeneration;

    SimExecutor(
            SimProcess process,
            SimScheduler scheduler,
            SimRandom random,
            long minDelayNanos,
            long meanExtraDelayNanos) {
        this.process = process;
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

    @Override
    public void schedule(Runnable task, long delayNanos) {
        scheduler.after(process.virtualNanos(delayNanos), process.node(), () -> execute(task));
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
    }

    /** Goes on at once after a pause that ended early. */
    void resume() {
        if (pumpScheduled) {
            schedulePump();
        }
    }

    private void schedulePump() {
        pumpAt(scheduler.nowNanos() + random.delay(minDelayNanos, meanExtraDelayNanos));
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
