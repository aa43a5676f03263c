package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Frames of every kind of message: whole they arrive, and not when they are cut off anywhere, nor with any bit flipped. Of a long frame
 * every place of its first part is tried, in which prefix and header are, and a sample of the rest.
 */
class FramePropertiesTest {

    private static final StorageIdentity N1 = Frames.identity("n1", 7);
    private static final int LIMIT = 1 << 20;
    private static final int WHOLE_BYTES = 400;
    private static final int SAMPLE = 200;

    @Property(tries = 250)
    void onlyTheWholeFrameArrives(@ForAll long seed, @ForAll("kinds") Class<?> kind) throws Exception {
        byte[] frame = frame(seed, kind);
        assertThat(received(frame)).isNotNull();
        for (int length : places(frame.length, seed).toArray()) {
            assertThat(received(Arrays.copyOf(frame, length)))
                    .as("%s, cut off after %d of %d bytes", kind, length, frame.length)
                    .isNull();
        }
    }

    @Property(tries = 250)
    void noFlippedBitIsDelivered(@ForAll long seed, @ForAll("kinds") Class<?> kind) throws Exception {
        byte[] frame = frame(seed, kind);
        int lengthBits = FrameCodec.LENGTH_BYTES * Byte.SIZE;
        for (int bit = 0; bit < lengthBits; bit++) {
            byte[] damaged = flipped(frame, bit);
            // A length that has grown takes what follows into the frame.
            assertThatThrownBy(() ->
                            received(ByteBuffer.allocate(2 * LIMIT).put(damaged).array()))
                    .isInstanceOf(MalformedFrameException.class);
        }
        for (int place : places(frame.length, seed).toArray()) {
            for (int bit = place * Byte.SIZE; bit < (place + 1) * Byte.SIZE; bit++) {
                if (bit >= lengthBits) {
                    byte[] damaged = flipped(frame, bit);
                    assertThatThrownBy(() -> Frames.parse(damaged))
                            .as("%s, bit %d of %d bytes", kind, bit, frame.length)
                            .isInstanceOf(MalformedFrameException.class)
                            .hasMessageContaining("checksum");
                }
            }
        }
    }

    @Provide
    Arbitrary<Class<?>> kinds() {
        return Arbitraries.of(RandomMessages.kindsInTheModel());
    }

    private static byte[] frame(long seed, Class<?> kind) {
        return Frames.encode(N1, new RandomMessages(seed).next(kind));
    }

    private static IntStream places(int bytes, long seed) {
        IntStream first = IntStream.range(0, Math.min(bytes, WHOLE_BYTES));
        return bytes <= WHOLE_BYTES
                ? first
                : IntStream.concat(first, new SplittableRandom(seed).ints(SAMPLE, WHOLE_BYTES, bytes));
    }

    private static byte[] flipped(byte[] frame, int bit) {
        byte[] damaged = frame.clone();
        damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return damaged;
    }

    /** What a connection makes of these bytes; null for nothing yet. */
    private static Object received(byte[] bytes) throws MalformedFrameException {
        FrameDecoder decoder = new FrameDecoder();
        decoder.allowFrames(LIMIT);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        try {
            channel.writeInbound(
                    Unpooled.buffer(FrameCodec.MAGIC_BYTES).writeInt(FrameCodec.MAGIC), Unpooled.wrappedBuffer(bytes));
            Frame frame = channel.readInbound();
            return frame == null ? null : MessageDecoder.decode(frame.header(Wire.Header.parser()), frame);
        } finally {
            channel.finishAndReleaseAll();
        }
    }
}
