package io.pecanraft.transport.netty;

import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Frames as plain arrays, for tests that look at bytes. */
final class Frames {

    static final ClusterId CLUSTER = new ClusterId(0x1122334455667788L, 0x99aabbccddeeff00L);

    private Frames() {}

    static StorageIdentity identity(String node, long group) {
        return new StorageIdentity(
                CLUSTER,
                new GroupId(group),
                NodeId.of(node),
                new Incarnation(0x0102030405060708L + node.hashCode(), group));
    }

    static byte[] encode(MessageLite header, List<ByteBuffer> payloads) {
        ByteBuf frame = FrameCodec.encode(UnpooledByteBufAllocator.DEFAULT, header, payloads);
        try {
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }

    static byte[] encode(StorageIdentity from, RaftMessage message) {
        return encode(MessageEncoder.header(from, message), MessageEncoder.payloads(message));
    }

    /** What a connection begins with. */
    static byte[] first(MessageLite header) {
        byte[] frame = encode(header, List.of());
        return ByteBuffer.allocate(FrameCodec.MAGIC_BYTES + frame.length)
                .putInt(FrameCodec.MAGIC)
                .put(frame)
                .array();
    }

    static Frame parse(byte[] frame) throws MalformedFrameException {
        return Frame.verified(Arrays.copyOfRange(frame, FrameCodec.LENGTH_BYTES, frame.length));
    }

    static RaftMessage decode(byte[] bytes) throws MalformedFrameException {
        Frame frame = parse(bytes);
        return MessageDecoder.decode(frame.header(Wire.Header.parser()), frame);
    }
}
