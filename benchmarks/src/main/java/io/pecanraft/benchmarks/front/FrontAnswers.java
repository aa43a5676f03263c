package io.pecanraft.benchmarks.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.pecanraft.benchmarks.load.Connection;
import io.pecanraft.benchmarks.load.Load;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a load what one server answers, and gives it a turn after as much as arrived together. */
final class FrontAnswers extends ByteToMessageDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(FrontAnswers.class);

    private final Load load;
    private final int valueBytes;
    private final Connection connection;

    FrontAnswers(Load load, int valueBytes, Connection connection) {
        this.load = load;
        this.valueBytes = valueBytes;
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
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
        load.onReply(slot, length == valueBytes);
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        super.channelReadComplete(context);
        load.onTurn(connection);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.atWarn().setCause(cause).log("the connection to a leader failed");
        context.close();
    }
}
