package io.pecanraft.transport.netty;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The frame: {@code length u32 | crc32c u32 | header length u32 | header | payload}, big-endian.
 *
 * <p>The length counts what follows it. The checksum covers the length and everything after the checksum. TCP's own checksum
 * misses about one damaged segment in 65,536, and none of it covers the memory of what lies between two hosts; a frame that was
 * damaged on the way must never become a vote.
 */
final class FrameCodec {

    /** What a connection begins with, in both directions: "PECN". */
    static final int MAGIC = 0x5045434e;

    static final int MAGIC_BYTES = 4;
    static final int LENGTH_BYTES = 4;
    static final int CRC_BYTES = 4;

    /** Everything before the header. */
    static final int PREFIX_BYTES = 12;

    /** The longest frame before a handshake is completed. */
    static final int MAX_HANDSHAKE_FRAME_BYTES = 1024;

    private static final int HEADER_LENGTH_OFFSET = LENGTH_BYTES + CRC_BYTES;

    private FrameCodec() {}

    /** The length of a whole frame, from its length field to its last payload byte. */
    static long frameBytes(MessageLite header, long payloadBytes) {
        return (long) PREFIX_BYTES + header.getSerializedSize() + payloadBytes;
    }

    /** The length of all payloads together. */
    static long bytesOf(List<ByteBuffer> payloads) {
        long bytes = 0;
        for (ByteBuffer payload : payloads) {
            bytes += payload.remaining();
        }
        return bytes;
    }

    /**
     * A frame in one direct buffer. The positions of the payloads do not move.
     *
     * <p>Each payload is copied exactly once, here. A composite of the originals would save nothing: commands live in heap
     * memory, from which no system call can write, so Netty would copy each of them by itself, in pieces.
     */
    static ByteBuf encode(ByteBufAllocator alloc, MessageLite header, List<ByteBuffer> payloads) {
        long payloadBytes = bytesOf(payloads);
        int frameBytes = Math.toIntExact(frameBytes(header, payloadBytes));
        int headerBytes = header.getSerializedSize();
        ByteBuf frame = alloc.directBuffer(frameBytes, frameBytes);
        try {
            frame.writeInt(frameBytes - LENGTH_BYTES);
            frame.writeInt(0); // the checksum, set below
            frame.writeInt(headerBytes);
            CodedOutputStream out = CodedOutputStream.newInstance(frame.nioBuffer(PREFIX_BYTES, headerBytes));
            header.writeTo(out);
            out.checkNoSpaceLeft();
            copy(payloads, frame.nioBuffer(PREFIX_BYTES + headerBytes, Math.toIntExact(payloadBytes)));
            frame.writerIndex(frameBytes);
            frame.setInt(LENGTH_BYTES, checksum(frame));
            return frame;
        } catch (IOException e) {
            frame.release();
            throw new UncheckedIOException("a header that does not fit the size it announced", e);
        } catch (RuntimeException e) {
            frame.release();
            throw e;
        }
    }

    /** Through one view of the frame and without views of the payloads: there may be a thousand small ones. */
    private static void copy(List<ByteBuffer> payloads, ByteBuffer to) {
        int at = 0;
        for (ByteBuffer payload : payloads) {
            int bytes = payload.remaining();
            to.put(at, payload, payload.position(), bytes);
            at += bytes;
        }
    }

    private static int checksum(ByteBuf frame) {
        CRC32C crc = lengthChecksum(frame.getInt(0));
        crc.update(frame.nioBuffer(HEADER_LENGTH_OFFSET, frame.writerIndex() - HEADER_LENGTH_OFFSET));
        return (int) crc.getValue();
    }

    /** A checksum that has seen the length field and goes on with what follows the checksum field. */
    static CRC32C lengthChecksum(int length) {
        CRC32C crc = new CRC32C();
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            crc.update(length >>> shift);
        }
        return crc;
    }
}
