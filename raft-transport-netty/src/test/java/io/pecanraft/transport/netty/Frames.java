package io.pecanraft.transport.netty;

import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
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
import java.util.zip.CRC32C;

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
        return encode(UnpooledByteBufAllocator.DEFAULT, header, payloads);
    }

    static byte[] encode(ByteBufAllocator alloc, MessageLite header, List<ByteBuffer> payloads) {
        ByteBuf frame = FrameCodec.encode(alloc, header, payloads);
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

    /** A frame without its length and checksum: what {@link #sealed} makes whole again. */
    static byte[] afterChecksum(byte[] frame) {
        return Arrays.copyOfRange(frame, FrameCodec.LENGTH_BYTES + FrameCodec.CRC_BYTES, frame.length);
    }

    /** A frame with a right length and checksum, whatever follows them. */
    static byte[] sealed(byte[] afterChecksum) {
        byte[] frame = new byte[FrameCodec.LENGTH_BYTES + FrameCodec.CRC_BYTES + afterChecksum.length];
        System.arraycopy(afterChecksum, 0, frame, frame.length - afterChecksum.length, afterChecksum.length);
        seal(frame, 0, frame.length - FrameCodec.LENGTH_BYTES);
        return frame;
    }

    /** Makes length and checksum right of the frame that begins here and has this length, its length field not counted. */
    static void seal(byte[] bytes, int at, int length) {
        CRC32C crc = FrameCodec.lengthChecksum(length);
        int checked = at + FrameCodec.LENGTH_BYTES + FrameCodec.CRC_BYTES;
        crc.update(bytes, checked, length - FrameCodec.CRC_BYTES);
        ByteBuffer.wrap(bytes).putInt(at, length).putInt(at + FrameCodec.LENGTH_BYTES, (int) crc.getValue());
    }
}
