package io.pecanraft.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.Transport.Loss;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one connection, as long as it stands: any thread puts messages in, the connection's event loop encodes and writes them.
 *
 * <p>Whoever puts in does no more than enqueue and wake. What has come by the time the event loop is awake is written together and
 * flushed once. What the socket does not take stays in the queue, where it is bounded.
 */
final class Outbox {

    /**
     * How much is written before the event loop looks after its other connections. It runs tasks for up to a second before it
     * reads from any socket again, and the tasks of a busy outbox never end; without this a heartbeat that comes in by another
     * connection of the same loop would wait that long.
     */
    private static final long MAX_TURN_BYTES = 256 * 1024;

    /** What a message and a flush weigh in a turn besides their bytes, so that many small ones do not last long either. */
    private static final long OVERHEAD_BYTES = 512;

    private final NodeId peer;
    private final EventLoop loop;
    private final SendQueue queue;
    private final TransportCounters counters;
    private final UnreachableReports reports;
    private final ConnectionLog log;
    private final Consumer<String> onFailure;
    private final AtomicBoolean drainScheduled = new AtomicBoolean();

    /** Null while there is no connection; written by the event loop. */
    private volatile @Nullable Channel channel;

    // Event loop only.
    private int maxFrameBytes;
    private long turnBytes;
    private boolean turnOver;

    /** {@code onFailure} is told, on the event loop, why this connection cannot go on. */
    Outbox(
            NodeId peer,
            EventLoop loop,
            long maxPendingBytes,
            TransportCounters counters,
            UnreachableReports reports,
            ConnectionLog log,
            Consumer<String> onFailure) {
        this.peer = peer;
        this.loop = loop;
        this.queue = new SendQueue(maxPendingBytes);
        this.counters = counters;
        this.reports = reports;
        this.log = log;
        this.onFailure = onFailure;
    }

    /** Whether messages are taken. Any thread. */
    boolean isOpen() {
        return channel != null;
    }

    /** Takes a message, or drops it when there is no connection or the queue is full. Any thread; never blocks. */
    void offer(Sender from, RaftMessage message) {
        if (channel == null) {
            counters.droppedUnconnected.increment();
            drop(from, message, Loss.UNCONNECTED);
        } else if (queue.offer(from, message)) {
            wake();
        } else {
            counters.droppedFull.increment();
            drop(from, message, Loss.QUEUE_FULL);
        }
    }

    private void drop(Sender from, RaftMessage message, Loss why) {
        from.dropped(peer, message, why);
        reports.dropped();
    }

    /** There may be something to write, or room for it. Any thread. */
    void wake() {
        if (!drainScheduled.getAndSet(true)) {
            try {
                loop.execute(this::drain);
            } catch (RejectedExecutionException e) {
                discard(); // the transport is closed
            }
        }
    }

    /** Messages are taken from now on. Event loop only, as all below. */
    void open(Channel connection, int peerMaxFrameBytes) {
        maxFrameBytes = peerMaxFrameBytes;
        channel = connection;
    }

    /** Drops what waits, and whatever comes. */
    void close() {
        channel = null;
        discard();
        SharedFrame.ofThisLoop().forget();
    }

    /** The break of the connection is reported by itself. */
    private void discard() {
        for (SendQueue.Outgoing next = queue.poll(); next != null; next = queue.poll()) {
            counters.droppedUnconnected.increment();
            next.from().dropped(peer, next.message(), Loss.UNCONNECTED);
        }
    }

    private void drain() {
        if (turnOver) {
            return; // nextTurn() comes
        }
        drainScheduled.set(false);
        Channel connection = channel;
        if (connection == null) {
            discard();
            return;
        }
        try {
            writeTurn(connection);
        } catch (RuntimeException | OutOfMemoryError e) {
            // Such as the limit of direct memory. A message is lost, so the connection must be too: its messages arrive
            // in order
            // or not at all.
            String message = e.getMessage();
            onFailure.accept("cannot encode: " + (message == null ? e.toString() : message));
        }
        if (turnBytes >= MAX_TURN_BYTES) {
            turnOver = true;
            drainScheduled.set(true);
            // Timers, unlike tasks, run only after sockets have been looked after.
            loop.schedule(this::nextTurn, 1, TimeUnit.NANOSECONDS);
        }
    }

    private void nextTurn() {
        turnOver = false;
        turnBytes = 0;
        drain();
    }

    private void writeTurn(Channel connection) {
        boolean written = false;
        SendQueue.Outgoing next;
        // For what is left, wake() is called when the connection has room again.
        while (connection.isWritable() && turnBytes < MAX_TURN_BYTES && (next = queue.poll()) != null) {
            written |= write(connection, next);
        }
        if (written) {
            turnBytes += OVERHEAD_BYTES;
            connection.flush();
        }
    }

    private boolean write(Channel connection, SendQueue.Outgoing outgoing) {
        ByteBuf frame = frame(connection, outgoing);
        if (frame == null) {
            return false;
        }
        long frameBytes = frame.readableBytes();
        counters.framesSent.increment();
        counters.bytesSent.add(frameBytes);
        turnBytes += OVERHEAD_BYTES + frameBytes;
        connection.write(frame);
        return true;
    }

    /** The message as a frame; null, and dropped, when the peer takes none as large as that. */
    private @Nullable ByteBuf frame(Channel connection, SendQueue.Outgoing outgoing) {
        RaftMessage message = outgoing.message();
        SharedFrame shared = SharedFrame.ofThisLoop();
        ByteBuf encoded = shared.of(outgoing.from(), message);
        if (encoded != null && encoded.readableBytes() <= maxFrameBytes) {
            return encoded;
        } else if (encoded != null) {
            int frameBytes = encoded.readableBytes();
            encoded.release();
            return tooLarge(outgoing, frameBytes);
        }
        Wire.Header header = MessageEncoder.header(outgoing.from().self(), message);
        List<ByteBuffer> payloads = MessageEncoder.payloads(message);
        long frameBytes = FrameCodec.frameBytes(header, FrameCodec.bytesOf(payloads));
        if (frameBytes > maxFrameBytes) {
            return tooLarge(outgoing, frameBytes);
        }
        ByteBuf frame = FrameCodec.encode(connection.alloc(), header, payloads);
        if (message instanceof RaftMessage.AppendEntries) {
            shared.keep(outgoing.from(), message, frame);
        }
        return frame;
    }

    private @Nullable ByteBuf tooLarge(SendQueue.Outgoing outgoing, long frameBytes) {
        counters.droppedTooLarge.increment();
        log.tooLarge(frameBytes, maxFrameBytes);
        drop(outgoing.from(), outgoing.message(), Loss.TOO_LARGE);
        return null;
    }
}
