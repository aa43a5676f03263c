package io.pecanraft.transport.netty;

import io.pecanraft.model.RaftMessage;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Messages between the threads that send and the event loop that encodes, bounded in bytes. Any thread may offer, one takes.
 *
 * <p>Full, it refuses the newest message, not the oldest: what was sent first is what the receiver needs first.
 */
final class SendQueue {

    /** A message that waits to be encoded. */
    record Outgoing(Sender from, RaftMessage message, long heldBytes) {}

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Outgoing> queue = new ConcurrentLinkedQueue<>();

    SendQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** False when full. A message always fits into an empty queue. */
    boolean offer(Sender from, RaftMessage message) {
        long held = MessageEncoder.heldBytes(message);
        long before = bytes.getAndAdd(held);
        if (before != 0 && before + held > maxBytes) {
            bytes.addAndGet(-held);
            return false;
        }
        queue.add(new Outgoing(from, message, held));
        return true;
    }

    /** The oldest message, or null. */
    @Nullable
    Outgoing poll() {
        Outgoing oldest = queue.poll();
        if (oldest != null) {
            bytes.addAndGet(-oldest.heldBytes());
        }
        return oldest;
    }
}
