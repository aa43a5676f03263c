package io.pecanraft.benchmarks.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads requests from one client and hands them to the map of their group, without a copy of their own. */
final class FrontConnection extends ByteToMessageDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(FrontConnection.class);

    private static final int HEADER_BYTES_AFTER_LENGTH = Frame.REQUEST_HEADER_BYTES - Integer.BYTES;

    private final ReplicatedMap[] maps;
    private final Replies replies;

    FrontConnection(List<ReplicatedMap> maps, Replies replies) {
        this.maps = maps.toArray(ReplicatedMap[]::new);
        this.replies = replies;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        while (in.readableBytes() >= Frame.REQUEST_HEADER_BYTES) {
            int length = in.getInt(in.readerIndex());
            if (length < HEADER_BYTES_AFTER_LENGTH || length > Frame.MAX_LENGTH) {
                throw new CorruptedFrameException("a request of " + length + " bytes");
            }
            if (in.readableBytes() < Integer.BYTES + length) {
                return;
            }
            int id = in.skipBytes(Integer.BYTES).readInt();
            byte code = in.readByte();
            ReplicatedMap map = maps[in.readUnsignedShort()];
            int contentBytes = length - HEADER_BYTES_AFTER_LENGTH;
            ByteBuffer content = in.nioBuffer(in.readerIndex(), contentBytes);
            in.skipBytes(contentBytes);
            answer(id, code, map, content);
        }
    }

    private void answer(int id, byte code, ReplicatedMap map, ByteBuffer content) {
        switch (code) {
            case Frame.SNAPSHOT -> map.takeSnapshot().whenComplete(new PendingReply(replies, id, false));
            case Frame.INSPECT -> inspect(id, map);
            case Frame.COLLECT -> {
                HeapWatch.ofThisProcess().collect();
                inspect(id, map);
            }
            default -> operate(id, Operation.ofCode(code), map, content);
        }
    }

    private void operate(int id, Operation operation, ReplicatedMap map, ByteBuffer content) {
        if (operation == Operation.WRITE) {
            map.put(content).whenComplete(new PendingReply(replies, id, false));
        } else {
            map.get(content, operation).whenComplete(new PendingReply(replies, id, true));
        }
    }

    private void inspect(int id, ReplicatedMap map) {
        new PendingReply(replies, id, true)
                .accept(Inspection.ofThisProcess(map.applied()).toBytes(), null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.atWarn().setCause(cause).log("a client's connection failed");
        context.close();
    }
}
