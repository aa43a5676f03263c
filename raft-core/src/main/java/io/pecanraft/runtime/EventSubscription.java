package io.pecanraft.runtime;

import io.pecanraft.RaftEvent;
import io.pecanraft.RaftNode;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One listener with its own bounded queue, so that a slow one costs nobody but itself. When the queue is full the oldest event
 * is lost; the listener learns how many before it gets the next.
 */
final class EventSubscription implements RaftNode.Subscription {

    private final Consumer<RaftEvent> listener;
    private final Lane lane;
    private final NodeLog log;
    private final Consumer<EventSubscription> onClose;
    private final Queue<RaftEvent> queue;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicBoolean deliveryScheduled = new AtomicBoolean();
    private volatile boolean closed;

    EventSubscription(
            Consumer<RaftEvent> listener, int capacity, Lane lane, NodeLog log, Consumer<EventSubscription> onClose) {
        this.listener = listener;
        this.lane = lane;
        this.log = log;
        this.onClose = onClose;
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    /** Queues an event. One thread at a time. */
    void publish(RaftEvent event) {
        while (!queue.offer(event)) {
            if (queue.poll() != null) {
                lost.incrementAndGet();
            }
        }
        if (deliveryScheduled.compareAndSet(false, true)) {
            lane.executeAnyway(this::deliver);
        }
    }

    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
    }

    private void deliver() {
        deliveryScheduled.set(false);
        RaftEvent event = queue.poll();
        while (event != null) {
            long gone = lost.getAndSet(0);
            if (gone > 0) {
                tell(new RaftEvent.EventsLost(gone));
            }
            tell(event);
            event = queue.poll();
        }
    }

    private void tell(RaftEvent event) {
        if (closed) {
            return;
        }
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            log.warn()
                    .addKeyValue("event", event.getClass().getSimpleName())
                    .setCause(e)
                    .log("event listener threw");
        }
    }
}
