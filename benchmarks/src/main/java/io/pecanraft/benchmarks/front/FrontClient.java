package io.pecanraft.benchmarks.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.pecanraft.benchmarks.load.Connection;
import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Put;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client's end of a connection to a front: a load lives on its event loop. */
final class FrontClient extends ByteToMessageDecoder implements Connection {

    private static final Logger LOG = LoggerFactory.getLogger(FrontClient.class);

    /** The timer is not asked for turns closer than this, so an open load of a high rate is sent in small batches. */
    private static final long SHORTEST_TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final Load load;
    private final byte[] value;
    private final ChannelHandlerContext context;
    private @Nullable ByteBuf batch;

    private FrontClient(Load load, byte[] value, ChannelHandlerContext context) {
        this.load = load;
        this.value = value;
        this.context = context;
    }

    /** Begins the load on a connection that is active, on its event loop. */
    static void start(Load load, byte[] value, ChannelHandlerContext context) {
        FrontClient client = new FrontClient(load, value, context);
        context.pipeline().addLast(client);
        client.onTimer();
    }

    private void onTimer() {
        long wait = load.onTurn(this);
        context.executor().schedule(this::onTimer, Math.max(wait, SHORTEST_TURN_NANOS), TimeUnit.NANOSECONDS);
    }

    @Override
    public void send(Operation operation, int slot, long key) {
        boolean isWrite = operation == Operation.WRITE;
        int frameBytes = Frame.REQUEST_HEADER_BYTES + (isWrite ? Put.bytes(value.length) : Put.KEY_BYTES);
        if (batch == null) {
            batch = context.alloc().ioBuffer(frameBytes);
        }
        batch.writeInt(frameBytes - Integer.BYTES).writeInt(slot).writeByte(operation.ordinal());
        if (isWrite) {
            batch.writeShort(Put.KEY_BYTES).writeLong(key).writeBytes(value);
        } else {
            batch.writeLong(key);
        }
    }

    @Override
    public void flush() {
        ByteBuf full = batch;
        batch = null;
        if (full != null) {
            context.writeAndFlush(full, context.voidPromise());
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ignored, ByteBuf in, List<Object> out) {
        while (in.readableBytes() >= Frame.REPLY_BYTES) {
            byte status = in.getByte(in.readerIndex() + Integer.BYTES);
            if (status == Frame.VALUE) {
                if (!decodeValue(in)) {
                    return;
                }
            } else {
                load.onReply(in.readInt(), in.readByte() == Frame.DONE);
            }
        }
    }

    /** A read is done when it found what was put. Returns whether the answer is there as a whole. */
    private boolean decodeValue(ByteBuf in) {
        int headerBytes = Frame.REPLY_BYTES + Integer.BYTES;
        if (in.readableBytes() < headerBytes) {
            return false;
        }
        int length = in.getInt(in.readerIndex() + Frame.REPLY_BYTES);
        if (in.readableBytes() < headerBytes + length) {
            return false;
        }
        int slot = in.readInt();
        in.skipBytes(Byte.BYTES + Integer.BYTES + length);
        load.onReply(slot, length == value.length);
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ignored) throws Exception {
        super.channelReadComplete(ignored);
        load.onTurn(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
        LOG.atWarn().setCause(cause).log("the connection to the leader failed");
        context.close();
    }
}
