package io.pecanraft.runtime;

import io.pecanraft.spi.RaftExecutor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs what a node does on behalf of its callers, such as their sessions, on the event lane and by the node's clock. When the
 * node ends so does its time: every alarm rings and every deadline has passed, so that nobody waits for ever.
 */
final class CallbackExecutor implements RaftExecutor {

    /** Beyond every deadline, and near enough for differences not to overflow. */
    private static final long END_OF_TIME_NANOS = Long.MAX_VALUE / 2;

    private static final class Alarm {
        private final Runnable task;

        private Alarm(Runnable task) {
            this.task = task;
        }
    }

    private final Lane callbacks;
    private final RaftExecutor clock;
    private final Set<Alarm> alarms = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    CallbackExecutor(Lane callbacks, RaftExecutor clock) {
        this.callbacks = callbacks;
        this.clock = clock;
    }

    /** The node has ended. */
    void end() {
        ended = true;
        alarms.forEach(this::ring);
    }

    @Override
    public void execute(Runnable task) {
        callbacks.executeAnyway(task);
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        Alarm alarm = new Alarm(task);
        alarms.add(alarm);
        if (ended) {
            ring(alarm);
            return;
        }
        try {
            clock.schedule(() -> ring(alarm), delayNanos);
        } catch (RejectedExecutionException e) {
            ring(alarm);
        }
    }

    private void ring(Alarm alarm) {
        if (alarms.remove(alarm)) {
            callbacks.executeAnyway(alarm.task);
        }
    }

    @Override
    public long nanoTime() {
        return ended ? clock.nanoTime() + END_OF_TIME_NANOS : clock.nanoTime();
    }

    @Override
    public long epochMillis() {
        return clock.epochMillis();
    }
}
