package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {

    private static final byte[] MAGIC =
            ByteBuffer.allocate(4).putInt(FrameCodec.MAGIC).array();
    private static final int LIMIT = 1024 * 1024;

    @Property(tries = 200)
    void framesAreFoundHoweverTheStreamIsCut(@ForAll long seed) throws Exception {
        RandomMessages messages = new RandomMessages(seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<RaftMessage> sent = new ArrayList<>();
        ByteBuffer stream = ByteBuffer.allocate(4 * LIMIT).put(MAGIC);
        for (Class<?> kind : RandomMessages.kindsInTheModel()) {
            RaftMessage message = messages.next(kind);
            sent.add(message);
            stream.put(Frames.encode(Frames.identity("n1", 0), message));
        }
        stream.flip();

        EmbeddedChannel channel = channel(LIMIT);
        while (stream.hasRemaining()) {
            byte[] piece = new byte[Math.min(stream.remaining(), 1 + random.nextInt(1 + random.nextInt(3_000)))];
            stream.get(piece);
            channel.writeInbound(Unpooled.wrappedBuffer(piece));
        }

        assertThat(received(channel)).isEqualTo(sent);
    }

    @Test
    void aFrameOfManyMegabytesArrivesWhole() throws Exception {
        byte[] data = new byte[5_000_000];
        new SplittableRandom(1).nextBytes(data);
        RaftMessage message = new RaftMessage.ForwardProposal(
                9, new Incarnation(7, 8), 1, 2, 3, EntryType.COMMAND, ByteBuffer.wrap(data));
        byte[] frame = Frames.encode(Frames.identity("n1", 0), message);

        EmbeddedChannel channel = channel(8 * LIMIT);
        channel.writeInbound(Unpooled.wrappedBuffer(MAGIC));
        for (int from = 0; from < frame.length; from += 60_000) {
            channel.writeInbound(
                    Unpooled.wrappedBuffer(Arrays.copyOfRange(frame, from, Math.min(frame.length, from + 60_000))));
        }

        assertThat(received(channel)).containsExactly(message);
    }

    @Test
    void noPrefixOfAFrameIsDelivered() throws Exception {
        byte[] frame = sampleFrame();
        for (int length = 0; length < frame.length; length++) {
            EmbeddedChannel channel = channel(LIMIT);
            channel.writeInbound(Unpooled.wrappedBuffer(MAGIC), Unpooled.wrappedBuffer(frame, 0, length));
            assertThat(received(channel)).isEmpty();
        }
    }

    /** The rest of a truncated frame is taken from the frame that follows. */
    @Test
    void aFrameWithAGapIsRejectedTogetherWithWhatFollows() throws Exception {
        byte[] frame = sampleFrame();
        for (int missing = 0; missing < frame.length; missing++) {
            ByteBuffer stream = ByteBuffer.allocate(LIMIT)
                    .put(frame, 0, missing)
                    .put(frame, missing + 1, frame.length - missing - 1)
                    .put(frame);
            assertRejected(stream.array());
        }
    }

    @Test
    void noFlippedBitIsDelivered() throws Exception {
        byte[] frame = sampleFrame();
        for (int bit = 0; bit < frame.length * Byte.SIZE; bit++) {
            byte[] damaged = frame.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            // A length that has grown needs more bytes before anything can be noticed.
            assertRejected(ByteBuffer.allocate(LIMIT).put(damaged).array());
        }
    }

    @Test
    void nothingIsDeliveredAfterAMalformedFrame() throws Exception {
        byte[] good = sampleFrame();
        byte[] bad = good.clone();
        bad[bad.length - 1] ^= 1;
        EmbeddedChannel channel = channel(LIMIT);

        assertThatThrownBy(() -> channel.writeInbound(
                        Unpooled.wrappedBuffer(MAGIC),
                        Unpooled.wrappedBuffer(good),
                        Unpooled.wrappedBuffer(bad),
                        Unpooled.wrappedBuffer(good)))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("checksum");
        assertThat(received(channel)).hasSize(1);
    }

    @Test
    void aConnectionMustBeginWithTheMagicNumber() {
        assertThatThrownBy(() -> channel(LIMIT)
                        .writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII))))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("47455420");
    }

    @Test
    void lengthsOutsideTheLimitsAreRejectedBeforeAnythingIsAllocated() {
        for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 7, LIMIT - 3, Integer.MAX_VALUE}) {
            ByteBuffer bytes = ByteBuffer.allocate(4).putInt(0, length);
            assertThatThrownBy(() ->
                            channel(LIMIT).writeInbound(Unpooled.wrappedBuffer(MAGIC), Unpooled.wrappedBuffer(bytes)))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining("announced");
        }
    }

    @Test
    void untilTheHandshakeIsDoneAFrameHasAtMostOneKibibyte() {
        byte[] large = Frames.encode(
                Wire.Hello.newBuilder().setDialled("x".repeat(1_024)).build(), List.of());

        assertThatThrownBy(() -> new EmbeddedChannel(new FrameDecoder())
                        .writeInbound(Unpooled.wrappedBuffer(MAGIC), Unpooled.wrappedBuffer(large)))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("8 to 1020");
    }

    @Test
    void aHeaderLongerThanItsFrameIsRejected() {
        byte[] frame = sampleFrame();
        ByteBuffer body = ByteBuffer.wrap(Arrays.copyOfRange(frame, 4, frame.length));
        body.putInt(4, frame.length);
        var crc = FrameCodec.lengthChecksum(body.capacity());
        crc.update(body.array(), 4, body.capacity() - 4);
        body.putInt(0, (int) crc.getValue());

        assertThatThrownBy(() -> Frame.verified(body.array()))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("header of");
    }

    private static byte[] sampleFrame() {
        RaftMessage message = new RaftMessage.ForwardProposal(
                9, new Incarnation(7, 8), 1, 2, 3, EntryType.COMMAND, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
        return Frames.encode(Frames.identity("n1", 0), message);
    }

    private static void assertRejected(byte[] stream) throws MalformedFrameException {
        EmbeddedChannel channel = channel(LIMIT);
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(MAGIC), Unpooled.wrappedBuffer(stream)))
                .isInstanceOf(MalformedFrameException.class);
        assertThat(received(channel)).isEmpty();
    }

    private static EmbeddedChannel channel(int maxFrameBytes) {
        FrameDecoder decoder = new FrameDecoder();
        decoder.allowFrames(maxFrameBytes);
        return new EmbeddedChannel(decoder);
    }

    private static List<RaftMessage> received(EmbeddedChannel channel) throws MalformedFrameException {
        List<RaftMessage> received = new ArrayList<>();
        for (Frame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            received.add(MessageDecoder.decode(frame.header(Wire.Header.parser()), frame));
        }
        return received;
    }
}
