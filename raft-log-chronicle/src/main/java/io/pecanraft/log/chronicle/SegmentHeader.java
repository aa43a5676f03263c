package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Incarnation;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The first record of a segment. It states what the segment follows, and how much of that is valid, so the newest segment
 * vouches for all before it: whatever is missing from a predecessor's stated part is damage, whatever comes after it is void. A
 * {@link #loose} one is an exception; see {@link LooseEnd}.
 *
 * <pre>
 * body: format u16 | flags u16: 1 loose | segment u64 | storage incarnation 2 x u64
 *     | predecessor u64 (0: none) | its incarnation u64 | its valid records u32 | crc32c of the last of them u32 | block u64
 * </pre>
 *
 * @param segmentId ascending, with gaps
 * @param incarnation random, of this segment
 * @param storage whose segment this is
 * @param predecessor what comes before
 * @param start the last entry of the log before this segment
 * @param blockBytes the greatest length of the segment's file that holds records
 * @param loose whether it may get a successor before it is flushed
 */
record SegmentHeader(
        long segmentId,
        long incarnation,
        Incarnation storage,
        Link predecessor,
        EntryId start,
        long blockBytes,
        boolean loose) {

    private static final int FORMAT = 1;
    private static final int BODY_BYTES = 60;
    private static final short LOOSE = 1;

    /**
     * The valid part of a segment.
     *
     * @param segmentId 0 for no segment
     * @param incarnation of the segment
     * @param records how many, from its header on
     * @param crc the crc32c of the last of them
     */
    record Link(long segmentId, long incarnation, int records, int crc) {

        /** What the very first segment follows. */
        static final Link NONE = new Link(0, 0, 0, 0);
    }

    /** The segments from this one back, oldest first, as long as each is the very one that its successor follows. */
    List<SegmentHeader> chain(Map<Long, SegmentHeader> all) {
        Deque<SegmentHeader> chain = new ArrayDeque<>(List.of(this));
        SegmentHeader before = all.get(predecessor.segmentId());
        while (before != null
                && before.incarnation() == chain.getFirst().predecessor().incarnation()) {
            chain.addFirst(before);
            before = all.get(before.predecessor().segmentId());
        }
        return List.copyOf(chain);
    }

    ByteBuffer encodeBody() {
        return ByteBuffer.allocate(BODY_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) FORMAT)
                .putShort(loose ? LOOSE : 0)
                .putLong(segmentId)
                .putLong(storage.high())
                .putLong(storage.low())
                .putLong(predecessor.segmentId())
                .putLong(predecessor.incarnation())
                .putInt(predecessor.records())
                .putInt(predecessor.crc())
                .putLong(blockBytes)
                .flip();
    }

    /** Reads the header from a valid record of this type. */
    static SegmentHeader decode(Path file, LogRecord record) {
        ByteBuffer in = record.body().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        try {
            int format = in.getShort();
            if (format != FORMAT) {
                throw Damage.unknownFormat(file, format, FORMAT);
            }
            boolean loose = (in.getShort() & LOOSE) != 0;
            return new SegmentHeader(
                    in.getLong(),
                    record.incarnation(),
                    new Incarnation(in.getLong(), in.getLong()),
                    new Link(in.getLong(), in.getLong(), in.getInt(), in.getInt()),
                    record.id(),
                    in.getLong(),
                    loose);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw Damage.corrupt(file, "its first record is valid but holds no segment header (" + e + ")");
        }
    }
}
