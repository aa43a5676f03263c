package io.pecanraft.log.chronicle;

import io.pecanraft.model.Incarnation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * How much of the newest segment is known to be flushed. Written after every flush and itself not flushed: it never
 * overstates, it survives the death of the process, and after a power cut it understates. What lies below it was promised, so
 * there a bad record is damage; above it a bad record is a write that the crash cut off.
 *
 * <p>It counts the records of one segment, not Raft indexes, which a truncation would take back.
 *
 * <pre>
 * payload: segment id u64 | segment incarnation u64 | records u32 | hard state stored u32
 * </pre>
 */
final class WatermarkFile implements Closeable {

    private static final int MAGIC = 0x4d574350; // "PCWM"
    private static final int BYTES = 24;

    /**
     * A position up to which everything is flushed.
     *
     * @param segmentId 0 when no segment was ever made
     * @param segmentIncarnation tells segments apart that had the same id
     * @param records how many of its records, from the first on
     * @param hardState how often the hard state had been stored (its low 32 bits)
     */
    record Watermark(long segmentId, long segmentIncarnation, int records, int hardState) {}

    private final TwoSlotFile slots;

    private WatermarkFile(TwoSlotFile slots) {
        this.slots = slots;
    }

    static void create(Path path, Incarnation storage, Barrier barrier) throws IOException {
        TwoSlotFile.create(path, MAGIC, storage, barrier, encode(new Watermark(0, 0, 0, 0)));
    }

    static WatermarkFile open(Path path, Incarnation storage, Barrier barrier) throws IOException {
        return new WatermarkFile(TwoSlotFile.open(path, MAGIC, storage, barrier));
    }

    Watermark read() {
        ByteBuffer in = slots.payload();
        return new Watermark(in.getLong(), in.getLong(), in.getInt(), in.getInt());
    }

    /** Notes what a flush has covered. Cheap: one small write to the page cache. */
    void advance(Watermark watermark) throws IOException {
        slots.storeUnflushed(encode(watermark));
    }

    /** Notes it in both slots and flushes, at a start and at a clean end. */
    void advanceDurably(Watermark watermark) throws IOException {
        slots.storeInBothSlots(encode(watermark));
    }

    @Override
    public void close() throws IOException {
        slots.close();
    }

    private static byte[] encode(Watermark watermark) {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(watermark.segmentId())
                .putLong(watermark.segmentIncarnation())
                .putInt(watermark.records())
                .putInt(watermark.hardState())
                .array();
    }
}
