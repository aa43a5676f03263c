package io.pecanraft.runtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the raft thread, in order of arrival, and the promise that a turn is coming.
 *
 * <p>Three kinds of senders, three rules when it is full. Calls of clients are refused from three quarters of the capacity
 * on, or when their commands hold too many bytes, so that a crowd of clients never displaces the heartbeats of peers.
 * Messages of peers are dropped when all of it is used; the protocol lives with loss. Completions of the node's own work
 * always enter: there are only as many as work was issued, and losing one would stall the node for good.
 *
 * <p>Any thread puts in, one thread at a time takes out. At most one turn is scheduled at any moment.
 */
final class Mailbox {

    /** What became of a call. */
    enum Receipt {
        TAKEN,
        TOO_MANY,
        TOO_MANY_BYTES,
        CLOSED
    }

    private final int capacity;
    private final long maxCallBytes;
    private final Runnable requestTurn;
    private final Queue<Input> inputs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong callBytes = new AtomicLong();
    private final AtomicBoolean turnScheduled = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * An empty mailbox.
     *
     * @param requestTurn asks for one turn on the raft thread, soon, never inside this call; may throw {@link
     *     RejectedExecutionException}
     */
    Mailbox(int capacity, long maxCallBytes, Runnable requestTurn) {
        this.capacity = capacity;
        this.maxCallBytes = maxCallBytes;
        this.requestTurn = requestTurn;
    }

    /** The most calls that may wait. */
    int callCapacity() {
        return capacity - capacity / 4;
    }

    /** A client's call. One is always admitted, however large. */
    Receipt offerCall(Input call) {
        int bytes = call.waitingBytes();
        if (closed) {
            return Receipt.CLOSED;
        }
        if (size.incrementAndGet() > callCapacity()) {
            size.decrementAndGet();
            return Receipt.TOO_MANY;
        }
        if (bytes > 0 && callBytes.addAndGet(bytes) > Math.max(bytes, maxCallBytes)) {
            callBytes.addAndGet(-bytes);
            size.decrementAndGet();
            return Receipt.TOO_MANY_BYTES;
        }
        return put(call) ? Receipt.TAKEN : Receipt.CLOSED;
    }

    /** A peer's message; false when it was dropped because the mailbox is full. */
    boolean offerMessage(Input message) {
        if (closed) {
            return true;
        }
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            return false;
        }
        put(message);
        return true;
    }

    /** A completion of the node's own work. */
    void post(Input completion) {
        if (!closed) {
            size.incrementAndGet();
            put(completion);
        }
    }

    private boolean put(Input input) {
        inputs.add(input);
        wake();
        // Closing drains what it finds. What came too late to be found is taken back here, so nothing stays
        // behind unseen.
        if (closed && inputs.remove(input)) {
            takenOut(input);
            return false;
        }
        return true;
    }

    private void takenOut(Input input) {
        size.decrementAndGet();
        int bytes = input.waitingBytes();
        if (bytes > 0) {
            callBytes.addAndGet(-bytes);
        }
    }

    /** Makes sure that a turn comes, even if there is nothing to take in. */
    void wake() {
        if (!turnScheduled.get() && turnScheduled.compareAndSet(false, true)) {
            try {
                requestTurn.run();
            } catch (RejectedExecutionException e) {
                // The raft executor was shut down under the node. Nothing will ever be taken out again, so nothing more
                // is let in; what is pending ends when the node is closed.
                closed = true;
            }
        }
    }

    /** The next input, or null. Raft thread. */
    @Nullable
    Input poll() {
        Input input = inputs.poll();
        if (input != null) {
            takenOut(input);
        }
        return input;
    }

    /** Ends a turn: from now on the next input asks for another; if there is one already, it comes at once. Raft thread. */
    void turnDone() {
        turnScheduled.set(false);
        if (!inputs.isEmpty()) {
            wake();
        }
    }

    /** Lets nothing more in. What is in it can still be taken out. */
    void close() {
        closed = true;
    }

    /** How many inputs wait, about. */
    int size() {
        return size.get();
    }
}
