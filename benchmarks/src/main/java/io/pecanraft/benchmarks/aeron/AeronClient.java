package io.pecanraft.benchmarks.aeron;

import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;
import io.aeron.logbuffer.Header;
import io.pecanraft.benchmarks.load.Connection;
import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Put;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/** A load on a thread of its own that polls for answers, as Aeron's clients do; idle it backs off to parking for a millisecond at most. */
final class AeronClient implements Connection, EgressListener {

    private static final long KEEP_ALIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CLOSE_MILLIS = 5_000;

    private final Load load;
    private final UnsafeBuffer message;
    private final IdleStrategy idle = new BackoffIdleStrategy();
    private final Thread thread = new Thread(this::run, "aeron-load");
    private volatile boolean closed;

    @SuppressWarnings("NullAway.Init") // set by start, which is called once, before anything else
    private AeronCluster cluster;

    AeronClient(Load load, int valueBytes) {
        this.load = load;
        this.message = new UnsafeBuffer(new byte[Integer.BYTES + Put.bytes(valueBytes)]);
        message.putShort(Integer.BYTES, (short) Put.KEY_BYTES, ByteOrder.BIG_ENDIAN);
    }

    /** Connects, and begins the load. */
    void start(AeronCluster.Context context) {
        cluster = AeronCluster.connect(context);
        thread.start();
    }

    private void run() {
        long keptAlive = System.nanoTime();
        while (!closed) {
            int work = cluster.pollEgress();
            load.onTurn(this);
            long now = System.nanoTime();
            if (now - keptAlive > KEEP_ALIVE_NANOS) {
                cluster.sendKeepAlive();
                keptAlive = now;
            }
            idle.idle(work);
        }
        cluster.close();
    }

    @Override
    public void send(Operation operation, int slot, long key) {
        if (operation != Operation.WRITE) {
            throw new UnsupportedOperationException("no operation " + operation + " here");
        }
        message.putInt(0, slot);
        message.putLong(Integer.BYTES + Short.BYTES, key, ByteOrder.BIG_ENDIAN);
        idle.reset();
        while (cluster.offer(message, 0, message.capacity()) < 0 && !closed) {
            idle.idle(cluster.pollEgress());
        }
    }

    @Override
    public void flush() {
        // Each message is on its way already.
    }

    @Override
    public void onMessage(long sessionId, long timestamp, DirectBuffer buffer, int offset, int length, Header header) {
        load.onReply(buffer.getInt(offset), true);
    }

    void close() throws InterruptedException {
        closed = true;
        thread.join(CLOSE_MILLIS);
    }
}
