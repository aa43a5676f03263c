package io.pecanraft.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Cuts the stream into {@link Frame}s, after the magic number with which it must begin.
 *
 * <p>Not Netty's length-field decoder, for three reasons: it would copy a large frame once more while it accumulates; the limit
 * changes when the handshake is done; and the memory for a frame grows with the bytes that have come, not with what its length
 * field promises, so that a peer cannot reserve 8 MiB with four bytes.
 *
 * <p>After the first malformed byte everything is discarded: a stream that has lost its frame boundaries has no next frame.
 */
final class FrameDecoder extends ChannelInboundHandlerAdapter {

    private static final int FIRST_ALLOCATION_BYTES = 64 * 1024;
    private static final int GROWTH = 4;
    private static final byte[] NONE = {};

    private int maxFrameBytes = FrameCodec.MAX_HANDSHAKE_FRAME_BYTES;
    private boolean magicSeen;
    private boolean malformed;

    // The four bytes of the magic number or of a length field, as far as they have come.
    private int word;
    private int wordBytes;

    // The frame after its length field, as far as it has come; length -1 while the length field itself is incomplete.
    private int length = -1;
    private byte[] body = NONE;
    private int bodyBytes;

    /** Raises the limit from that of a handshake. Takes effect with the next frame. */
    void allowFrames(int maxBytes) {
        maxFrameBytes = maxBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            // A handler that closes the channel, because of one frame, does not want the next one.
            while (in.isReadable() && !malformed && ctx.channel().isOpen()) {
                read(ctx, in);
            }
        } catch (MalformedFrameException e) {
            malformed = true;
            body = NONE;
            ctx.fireExceptionCaught(e);
        } finally {
            in.release();
        }
    }

    private void read(ChannelHandlerContext ctx, ByteBuf in) throws MalformedFrameException {
        if (length >= 0) {
            readBody(ctx, in);
        } else if (readWord(in)) {
            if (magicSeen) {
                length = checkedLength(word);
                body = new byte[Math.min(length, FIRST_ALLOCATION_BYTES)];
            } else if (word == FrameCodec.MAGIC) {
                magicSeen = true;
            } else {
                throw new MalformedFrameException(String.format(
                        "connection begins with %08x instead of %08x: this is not a PecanRaft server, or one that uses TLS",
                        word, FrameCodec.MAGIC));
            }
        }
    }

    private boolean readWord(ByteBuf in) {
        while (wordBytes < Integer.BYTES && in.isReadable()) {
            word = word << Byte.SIZE | in.readUnsignedByte();
            wordBytes++;
        }
        if (wordBytes < Integer.BYTES) {
            return false;
        }
        wordBytes = 0;
        return true;
    }

    private int checkedLength(int announced) throws MalformedFrameException {
        int least = FrameCodec.PREFIX_BYTES - FrameCodec.LENGTH_BYTES;
        if (announced < least || announced > maxFrameBytes - FrameCodec.LENGTH_BYTES) {
            throw new MalformedFrameException("frame of " + Integer.toUnsignedString(announced)
                    + " bytes announced where " + least + " to " + (maxFrameBytes - FrameCodec.LENGTH_BYTES)
                    + " are allowed");
        }
        return announced;
    }

    private void readBody(ChannelHandlerContext ctx, ByteBuf in) throws MalformedFrameException {
        if (bodyBytes == body.length) {
            byte[] larger = new byte[(int) Math.min(length, (long) body.length * GROWTH)];
            System.arraycopy(body, 0, larger, 0, bodyBytes);
            body = larger;
        }
        int available = Math.min(in.readableBytes(), body.length - bodyBytes);
        in.readBytes(body, bodyBytes, available);
        bodyBytes += available;
        if (bodyBytes == length) {
            byte[] complete = body;
            length = -1;
            body = NONE;
            bodyBytes = 0;
            ctx.fireChannelRead(Frame.verified(complete));
        }
    }
}
