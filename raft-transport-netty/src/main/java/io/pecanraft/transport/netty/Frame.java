package io.pecanraft.transport.netty;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A received frame whose checksum has been verified. It owns its bytes, which are the one copy of what came from the socket;
 * payloads are read-only slices of them, kept alive by the garbage collector alone.
 */
final class Frame {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private static final int HEADER_OFFSET = FrameCodec.PREFIX_BYTES - FrameCodec.LENGTH_BYTES;

    private final byte[] body;
    private final int headerBytes;

    private Frame(byte[] body, int headerBytes) {
        this.body = body;
        this.headerBytes = headerBytes;
    }

    /**
     * A frame from what follows its length field.
     *
     * @param body exactly as long as the length field said; not copied
     */
    static Frame verified(byte[] body) throws MalformedFrameException {
        if (body.length < HEADER_OFFSET) {
            throw new MalformedFrameException("a frame of " + body.length + " bytes cannot hold its own prefix");
        }
        ByteBuffer prefix = ByteBuffer.wrap(body);
        int expected = prefix.getInt();
        int headerBytes = prefix.getInt();
        CRC32C crc = FrameCodec.lengthChecksum(body.length);
        crc.update(body, FrameCodec.CRC_BYTES, body.length - FrameCodec.CRC_BYTES);
        if ((int) crc.getValue() != expected) {
            throw new MalformedFrameException(String.format(
                    "checksum of a frame of %d bytes is %08x, but its bytes give %08x",
                    body.length, expected, (int) crc.getValue()));
        }
        if (headerBytes < 0 || headerBytes > body.length - HEADER_OFFSET) {
            throw new MalformedFrameException("header of " + Integer.toUnsignedString(headerBytes)
                    + " bytes in a frame of " + body.length + " bytes");
        }
        return new Frame(body, headerBytes);
    }

    /** The header. Fields that this version does not know are ignored. */
    <T> T header(Parser<T> parser) throws MalformedFrameException {
        try {
            return parser.parseFrom(body, HEADER_OFFSET, headerBytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedFrameException("header is not of its kind", e);
        }
    }

    /** How many bytes follow the header. */
    int payloadBytes() {
        return body.length - HEADER_OFFSET - headerBytes;
    }

    /** The whole frame's length. */
    int frameBytes() {
        return FrameCodec.LENGTH_BYTES + body.length;
    }

    /**
     * A part of the payload, read-only.
     *
     * <p>A slice pins the whole frame. A part of less than a quarter of the frame is therefore copied, so that nobody who keeps a
     * small value keeps megabytes with it; a copy that small is cheap.
     *
     * @param offset from the first payload byte; the caller has checked it and {@code length} against {@link #payloadBytes()}
     */
    ByteBuffer payload(int offset, int length) {
        if (length == 0) {
            return EMPTY;
        }
        int from = HEADER_OFFSET + headerBytes + offset;
        if (length < body.length / 4) {
            byte[] copy = new byte[length];
            System.arraycopy(body, from, copy, 0, length);
            return ByteBuffer.wrap(copy).asReadOnlyBuffer();
        }
        return ByteBuffer.wrap(body, from, length).slice().asReadOnlyBuffer();
    }
}
