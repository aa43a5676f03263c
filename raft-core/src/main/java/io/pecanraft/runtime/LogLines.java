package io.pecanraft.runtime;

import io.pecanraft.spi.RaftMetrics;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Log lines on their way to the logger, in the order in which they arose. They are written on the event lane: an appender that
 * blocks, on a full disk or a pipe that nobody reads, must not keep a node from its heartbeats.
 *
 * <p>When the queue is full the newest line is lost: what came first is what explains the rest. Lost lines are counted, and the
 * count is written as soon as the queue is empty again. Any thread.
 */
final class LogLines {

    private final Lane lane;
    private final RaftMetrics metrics;
    private final Queue<Runnable> queue;
    private final AtomicBoolean writingScheduled = new AtomicBoolean();
    private final AtomicLong lost = new AtomicLong();
    private volatile LongConsumer onLost = count -> {};

    LogLines(Lane lane, int capacity, RaftMetrics metrics) {
        this.lane = lane;
        this.metrics = metrics;
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    /** Who writes down how many lines were lost. */
    void onLost(LongConsumer writer) {
        this.onLost = writer;
    }

    /** Takes a line, to be written after those before it, or counts it as lost. */
    void add(Runnable line) {
        if (!queue.offer(line)) {
            lost.incrementAndGet();
            metrics.logLineLost();
        }
        wake();
    }

    /**
     * A line arose that nobody reads, since its level is off. The event lane is woken all the same: a simulated run must be the
     * same run whether or not somebody looks at its log.
     */
    void skip() {
        wake();
    }

    private void wake() {
        if (writingScheduled.compareAndSet(false, true)) {
            lane.executeAnyway(this::write);
        }
    }

    private void write() {
        writingScheduled.set(false);
        Runnable line = queue.poll();
        while (line != null) {
            write(line);
            line = queue.poll();
        }
        long count = lost.getAndSet(0);
        if (count > 0) {
            write(() -> onLost.accept(count));
        }
    }

    private void write(Runnable line) {
        try {
            line.run();
        } catch (RuntimeException e) {
            // There is nowhere to say it, and a node is not to stop because its log cannot be written.
            metrics.logLineLost();
        }
    }
}
