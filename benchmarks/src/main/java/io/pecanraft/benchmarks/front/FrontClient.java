package io.pecanraft.benchmarks.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.pecanraft.benchmarks.load.Connection;
import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Put;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client's end of the connections to fronts, one to each server that leads a group: a load lives on their one event loop. */
final class FrontClient implements Connection {

    /** The timer is not asked for turns closer than this, so an open load of a high rate is sent in small batches. */
    private static final long SHORTEST_TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final Load load;
    private final byte[] value;
    private final EventLoop eventLoop;
    private final Batch[] batches;
    private final Batch[] ofGroup;

    /**
     * The end of connections that are active.
     *
     * @param leaders for each group the connection to its leader, all of them on one event loop
     */
    FrontClient(Load load, byte[] value, List<Channel> leaders) {
        this.load = load;
        this.value = value;
        eventLoop = leaders.get(0).eventLoop();
        Map<Channel, Batch> ofChannel = new HashMap<>();
        ofGroup = leaders.stream()
                .map(leader -> ofChannel.computeIfAbsent(leader, Batch::new))
                .toArray(Batch[]::new);
        batches = ofChannel.values().toArray(Batch[]::new);
    }

    /** Begins the load. */
    void start() {
        for (Batch batch : batches) {
            batch.channel.pipeline().addLast(new FrontAnswers(load, value.length, this));
        }
        eventLoop.execute(this::onTimer);
    }

    private void onTimer() {
        long wait = load.onTurn(this);
        eventLoop.schedule(this::onTimer, Math.max(wait, SHORTEST_TURN_NANOS), TimeUnit.NANOSECONDS);
    }

    @Override
    public void send(Operation operation, int slot, long key) {
        int group = Put.group(key, ofGroup.length);
        boolean isWrite = operation == Operation.WRITE;
        int frameBytes = Frame.REQUEST_HEADER_BYTES + (isWrite ? Put.bytes(value.length) : Put.KEY_BYTES);
        ByteBuf batch = ofGroup[group]
                .begun(frameBytes)
                .writeInt(frameBytes - Integer.BYTES)
                .writeInt(slot)
                .writeByte(operation.code())
                .writeShort(group);
        if (isWrite) {
            batch.writeShort(Put.KEY_BYTES).writeLong(key).writeBytes(value);
        } else {
            batch.writeLong(key);
        }
    }

    @Override
    public void flush() {
        for (Batch batch : batches) {
            batch.flush();
        }
    }

    /** What is to be sent to one server. */
    private static final class Batch {

        private final Channel channel;
        private @Nullable ByteBuf bytes;

        Batch(Channel channel) {
            this.channel = channel;
        }

        ByteBuf begun(int capacity) {
            if (bytes == null) {
                bytes = channel.alloc().ioBuffer(capacity);
            }
            return bytes;
        }

        void flush() {
            ByteBuf full = bytes;
            bytes = null;
            if (full != null) {
                channel.writeAndFlush(full, channel.voidPromise());
            }
        }
    }
}
