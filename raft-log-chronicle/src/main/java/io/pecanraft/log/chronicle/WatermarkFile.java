package io.pecanraft.log.chronicle;

import io.pecanraft.model.Incarnation;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

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
    record Watermark(long segmentId, long segmentIncarnation, int records, int hardState) {

        static final Watermark NONE = new Watermark(0, 0, 0, 0);

        /** How many records of this segment are known to be flushed. */
        int recordsOf(SegmentHeader segment) {
            return segmentId == segment.segmentId() && segmentIncarnation == segment.incarnation() ? records : 0;
        }
    }

    private final Path path;
    private final Incarnation storage;
    private final Barrier barrier;
    private @Nullable TwoSlotFile slots; // null: lost
    private final @Nullable StorageException damage;

    private WatermarkFile(
            Path path,
            Incarnation storage,
            Barrier barrier,
            @Nullable TwoSlotFile slots,
            @Nullable StorageException damage) {
        this.path = path;
        this.storage = storage;
        this.barrier = barrier;
        this.slots = slots;
        this.damage = damage;
    }

    static void create(Path path, Incarnation storage, Barrier barrier) throws IOException {
        TwoSlotFile.create(path, MAGIC, storage, barrier, encode(Watermark.NONE));
    }

    /** Opens it; one that is missing or damaged is {@linkplain #damage lost}, and knows nothing. */
    static WatermarkFile openOrLost(Path path, Incarnation storage, Barrier barrier) throws IOException {
        return orLost(path, storage, barrier, () -> TwoSlotFile.open(path, MAGIC, storage, barrier));
    }

    /** The same, for looking only. */
    static WatermarkFile readOrLost(Path path, Incarnation storage) throws IOException {
        return orLost(path, storage, Barrier.READ_ONLY, () -> TwoSlotFile.openToRead(path, MAGIC, storage));
    }

    private interface Opening {
        TwoSlotFile open() throws IOException;
    }

    private static WatermarkFile orLost(Path path, Incarnation storage, Barrier barrier, Opening opening)
            throws IOException {
        try {
            if (Files.notExists(path)) {
                throw Damage.corrupt(path, "it is missing");
            }
            return new WatermarkFile(path, storage, barrier, requireWhole(path, opening.open()), null);
        } catch (StorageException e) {
            if (e.reason() != Reason.CORRUPT) {
                throw e;
            }
            return new WatermarkFile(path, storage, barrier, null, e);
        }
    }

    private static TwoSlotFile requireWhole(Path path, TwoSlotFile slots) throws IOException {
        int found = slots.payload().remaining();
        if (found != BYTES) {
            slots.close();
            throw Damage.corrupt(path, "it holds " + found + " bytes instead of " + BYTES);
        }
        return slots;
    }

    /** Why it was lost; null when it was not. */
    @Nullable
    StorageException damage() {
        return damage;
    }

    /** Makes a new one in the place of one that is lost; nothing happens when it is not, or not any more. */
    void replaceIfLost() throws IOException {
        if (slots == null) {
            Files.deleteIfExists(path);
            create(path, storage, barrier);
            barrier.forceDirectory(FileTree.parent(path));
            slots = TwoSlotFile.open(path, MAGIC, storage, barrier);
        }
    }

    Watermark read() {
        TwoSlotFile present = slots;
        if (present == null) {
            return Watermark.NONE;
        }
        ByteBuffer in = present.payload();
        return new Watermark(in.getLong(), in.getLong(), in.getInt(), in.getInt());
    }

    /** See {@link TwoSlotFile#damagedSlotPosition}. */
    OptionalLong damagedSlotPosition() {
        return slots == null ? OptionalLong.empty() : slots.damagedSlotPosition();
    }

    /** Notes what a flush has covered. Cheap: one small write to the page cache. */
    void advance(Watermark watermark) throws IOException {
        present().storeUnflushed(encode(watermark));
    }

    /** Notes it in both slots and flushes, at a start and at a clean end. */
    void advanceDurably(Watermark watermark) throws IOException {
        present().storeInBothSlots(encode(watermark));
    }

    @Override
    public void close() throws IOException {
        if (slots != null) {
            slots.close();
        }
    }

    private TwoSlotFile present() {
        if (slots == null) {
            throw new IllegalStateException(path + " is lost");
        }
        return slots;
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
