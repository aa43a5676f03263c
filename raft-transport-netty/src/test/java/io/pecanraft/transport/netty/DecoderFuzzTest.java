package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RaftMessage;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What a peer may say in frames whose checksum is right: a message, something newer, or a typed refusal; nothing else. */
class DecoderFuzzTest {

    @Property(tries = 4_000)
    void anyHeaderAndPayloadAreAMessageOrMalformed(@ForAll long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] header = new byte[random.nextInt(60)];
        random.nextBytes(header);
        byte[] payload = new byte[random.nextInt(60)];
        random.nextBytes(payload);

        decodeOrRefuse(resealed(ByteBuffer.allocate(12 + header.length + payload.length)
                .putInt(0)
                .putInt(0)
                .putInt(header.length)
                .put(header)
                .put(payload)
                .array()));
    }

    @Property(tries = 4_000)
    void aChangedMessageIsAMessageOrMalformed(@ForAll long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<Class<?>> kinds = RandomMessages.kindsInTheModel();
        RaftMessage message = new RandomMessages(seed).next(kinds.get(random.nextInt(kinds.size())));
        byte[] frame = Frames.encode(Frames.identity("n1", 0), message);
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            frame[FrameCodec.LENGTH_BYTES + random.nextInt(frame.length - FrameCodec.LENGTH_BYTES)] =
                    (byte) random.nextInt();
        }

        decodeOrRefuse(resealed(frame));
    }

    private static void decodeOrRefuse(byte[] bytes) {
        RaftMessage decoded;
        try {
            Frame frame = Frames.parse(bytes);
            decoded = MessageDecoder.decode(frame.header(Wire.Header.parser()), frame);
        } catch (MalformedFrameException expected) {
            assertThat(expected).hasMessageMatching("(?s).+");
            return;
        }
        if (decoded != null) { // whatever was let through can be said again
            assertThat(Frames.encode(Frames.identity("n1", 0), decoded)).isNotEmpty();
        }
    }

    /** With the checksum that the bytes have now. */
    private static byte[] resealed(byte[] frame) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        CRC32C crc = FrameCodec.lengthChecksum(frame.length - FrameCodec.LENGTH_BYTES);
        crc.update(frame, 8, frame.length - 8);
        buffer.putInt(0, frame.length - FrameCodec.LENGTH_BYTES).putInt(4, (int) crc.getValue());
        return frame;
    }
}
