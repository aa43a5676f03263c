package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.log.chronicle.SegmentHeader.Link;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The first record of a segment. */
class SegmentHeaderPropertiesTest extends OneCopyProperties<SegmentHeader> {

    private static final Path SEGMENT = Path.of("segment");

    @Override
    SegmentHeader draw(RandomContent random) {
        Link predecessor = random.below(4) == 0
                ? Link.NONE
                : new Link(random.anyLong(), random.anyLong(), random.anyInt(), random.anyInt());
        return new SegmentHeader(
                random.anyLong(),
                random.anyLong(),
                random.incarnation(),
                predecessor,
                random.entryId(),
                random.anyLong(),
                random.below(2) == 0);
    }

    @Override
    byte[] encode(SegmentHeader header) {
        return encode(header, header.encodeBody());
    }

    @Override
    Optional<SegmentHeader> decode(byte[] bytes) {
        LogRecord record = LogRecord.parse(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return Optional.ofNullable(record).map(valid -> SegmentHeader.decode(SEGMENT, valid));
    }

    /** A record can be valid by itself and yet hold too little. */
    @Property(tries = 20)
    void aBodyThatIsCutInAValidRecordIsDamage(@ForAll long seed) {
        SegmentHeader header = draw(new RandomContent(seed));
        ByteBuffer body = header.encodeBody();
        for (int length = 0; length < body.limit(); length++) {
            byte[] bytes = encode(header, body.slice(0, length));
            assertThatThrownBy(() -> decode(bytes))
                    .as("cut to %d of %d bytes", length, body.limit())
                    .isInstanceOf(DamagedFileException.class)
                    .hasMessageContaining("holds no segment header");
        }
    }

    private static byte[] encode(SegmentHeader header, ByteBuffer body) {
        RecordEncoder encoder = new RecordEncoder(
                1, header.incarnation(), () -> 0, header.predecessor().crc());
        return bytes(encoder.record(RecordType.SEGMENT_HEADER, header.start(), body, 0));
    }
}
