package io.pecanraft.transport.netty;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says that messages to a peer may be lost: at once when its connection breaks, and after drops at most once per interval. The
 * last drop is always followed by a report, so that nobody waits for ever for the answer to a message that was dropped.
 */
final class UnreachableReports {

    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final EventLoop loop;
    private final Runnable report;
    private final AtomicBoolean due = new AtomicBoolean();

    // Event loop only.
    private long lastNanos;

    UnreachableReports(EventLoop loop, Runnable report) {
        this.loop = loop;
        this.report = report;
        this.lastNanos = loop.ticker().nanoTime() - INTERVAL_NANOS;
    }

    /** A message was dropped. Any thread; never reports inside this call. */
    void dropped() {
        if (!due.compareAndSet(false, true)) {
            return;
        }
        try {
            loop.execute(this::reportWhenDue);
        } catch (RejectedExecutionException e) {
            due.set(false); // the transport is closed
        }
    }

    /** The connection broke or could not be made. Event loop only. */
    void broken() {
        due.set(false);
        lastNanos = loop.ticker().nanoTime();
        report.run();
    }

    private void reportWhenDue() {
        long waitNanos = lastNanos + INTERVAL_NANOS - loop.ticker().nanoTime();
        if (!due.get()) {
            return; // overtaken by a break
        }
        if (waitNanos <= 0) {
            broken();
        } else {
            loop.schedule(this::reportWhenDue, waitNanos, TimeUnit.NANOSECONDS);
        }
    }
}
