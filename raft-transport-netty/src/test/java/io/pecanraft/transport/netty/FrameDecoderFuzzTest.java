package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.testkit.fuzz.HostileInputContract;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream of whatever bytes is frames up to the first that is none, and the same ones however it is cut. A length field reserves
 * nothing that has not come.
 *
 * <p>The first byte of the input says where the stream is cut and whether the checksums of its frames are made right; the stream is the
 * rest.
 */
class FrameDecoderFuzzTest extends HostileInputContract {

    private static final int LIMIT = 8 << 20;
    private static final int SEALED = 1;

    @Override
    protected List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        for (byte cut : new byte[] {0, SEALED, 6, 100 | SEALED}) {
            ByteBuffer stream = ByteBuffer.allocate(1 << 16).put(cut).putInt(FrameCodec.MAGIC);
            for (int i = 0; i < 3; i++) {
                RaftMessage message = new RandomMessages(cut + i).next(RaftMessage.ForwardProposal.class);
                stream.put(Frames.encode(Frames.identity("n1", 0), message));
            }
            byte[] sample = new byte[stream.flip().remaining()];
            stream.get(sample);
            samples.add(sample);
        }
        return samples;
    }

    // Every piece costs what Netty makes for it; what a length field announces must not come on top of that.
    @Override
    protected long allocationLimitBytes(int inputBytes) {
        return (512 << 10) + (8L << 10) * inputBytes;
    }

    @Override
    protected void decode(byte[] input) {
        if (input.length == 0) {
            return;
        }
        if ((input[0] & SEALED) != 0) {
            sealFrames(input);
        }
        int cut = 1 + (input[0] & 0xff) / 2;
        assertThat(read(input, cut)).isEqualTo(read(input, input.length));
    }

    /** What comes out: frames by their bytes, and at the end perhaps the refusal. */
    private static List<String> read(byte[] input, int piece) {
        EmbeddedChannel channel = new EmbeddedChannel();
        FrameDecoder decoder = new FrameDecoder();
        decoder.allowFrames(LIMIT);
        channel.pipeline().addLast(decoder);
        List<String> out = new ArrayList<>();
        try {
            for (int from = 1; from < input.length; from += piece) {
                channel.writeInbound(Unpooled.wrappedBuffer(input, from, Math.min(piece, input.length - from)));
            }
        } catch (Exception e) {
            assertThat(e).isInstanceOf(MalformedFrameException.class);
            out.add(e.getMessage());
        }
        for (Object frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            Frame found = (Frame) frame;
            out.add(found.frameBytes() + " bytes, payload "
                    + found.payload(0, found.payloadBytes()).hashCode());
        }
        channel.finishAndReleaseAll();
        return out;
    }

    private static void sealFrames(byte[] input) {
        ByteBuffer stream = ByteBuffer.wrap(input);
        int at = 1 + FrameCodec.MAGIC_BYTES;
        while (at + FrameCodec.PREFIX_BYTES <= input.length) {
            int length = stream.getInt(at);
            if (length < FrameCodec.CRC_BYTES || length > input.length - at - FrameCodec.LENGTH_BYTES) {
                return;
            }
            Frames.seal(input, at, length);
            at += FrameCodec.LENGTH_BYTES + length;
        }
    }
}
