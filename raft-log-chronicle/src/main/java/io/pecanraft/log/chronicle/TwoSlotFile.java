package io.pecanraft.log.chronicle;

import io.pecanraft.model.Incarnation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small value that is overwritten in place and yet never lost: two slots of 4 KiB, each with its own checksum and a
 * sequence number. The valid slot with the higher sequence is the value. Not thread-safe.
 *
 * <pre>
 * slot: magic u32 | version u16 | 0 u16 | sequence u64 | storage incarnation 2 x u64 | length u32 | payload | crc32c u32
 * </pre>
 */
final class TwoSlotFile implements Closeable {

    /** A slot is a page, so that a write to one never touches the other. */
    static final int SLOT_BYTES = 4096;

    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 36;
    private static final int UNFLUSHED_SLOT = 1;

    private final Path path;
    private final int magic;
    private final Incarnation storage;
    private final Barrier barrier;
    private final FileChannel channel;
    private final ByteBuffer buffer = newSlot();

    private byte[] payload = new byte[0];
    private long sequence;
    private int newestSlot;
    private int damagedSlot = -1;

    private TwoSlotFile(Path path, int magic, Incarnation storage, Barrier barrier, FileChannel channel) {
        this.path = path;
        this.magic = magic;
        this.storage = storage;
        this.barrier = barrier;
        this.channel = channel;
    }

    /** Creates the file with the same value in both slots, flushed. */
    static void create(Path path, int magic, Incarnation storage, Barrier barrier, byte[] payload) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TwoSlotFile file = new TwoSlotFile(path, magic, storage, barrier, channel)) {
            file.storeInBothSlots(payload);
        }
    }

    /** Opens an existing file and reads its value. */
    static TwoSlotFile open(Path path, int magic, Incarnation storage, Barrier barrier) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return load(path, magic, storage, barrier, channel);
    }

    /** The same, for looking only. */
    static TwoSlotFile openToRead(Path path, int magic, Incarnation storage) throws IOException {
        return load(path, magic, storage, Barrier.READ_ONLY, FileChannel.open(path, StandardOpenOption.READ));
    }

    private static TwoSlotFile load(Path path, int magic, Incarnation storage, Barrier barrier, FileChannel channel)
            throws IOException {
        TwoSlotFile file = new TwoSlotFile(path, magic, storage, barrier, channel);
        try {
            file.load();
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The value as read or last stored. */
    ByteBuffer payload() {
        return ByteBuffer.wrap(payload)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where a slot begins that is not valid, though the other one is; nothing when both are. */
    OptionalLong damagedSlotPosition() {
        return damagedSlot < 0 ? OptionalLong.empty() : OptionalLong.of((long) damagedSlot * SLOT_BYTES);
    }

    /**
     * Writes both slots and flushes after each; the value may be promised when this returns. Later damage to one slot can
     * then never bring the value before back.
     */
    void storeInBothSlots(byte[] value) throws IOException {
        // The slot that was written last goes first. If its flush never reached the disk, the other one did.
        int first = newestSlot;
        write(first, value);
        barrier.force(channel, path);
        write(1 - first, value);
        barrier.force(channel, path);
    }

    /**
     * Overwrites one slot, always the same, without a flush. What survives a power cut is this value, one that was stored so
     * before, or the one that was last stored in both. The other slot is never touched by this: two slots that are not flushed
     * may both be torn.
     */
    void storeUnflushed(byte[] value) throws IOException {
        write(UNFLUSHED_SLOT, value);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void write(int slot, byte[] value) throws IOException {
        buffer.clear();
        buffer.putInt(magic).putShort((short) VERSION).putShort((short) 0).putLong(sequence + 1);
        buffer.putLong(storage.high())
                .putLong(storage.low())
                .putInt(value.length)
                .put(value);
        buffer.putInt(crc(buffer, buffer.position()));
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
        buffer.flip();
        long position = (long) slot * SLOT_BYTES;
        while (buffer.hasRemaining()) {
            position += channel.write(buffer, position);
        }
        sequence++;
        newestSlot = slot;
        payload = value.clone();
    }

    private void load() throws IOException {
        boolean found = false;
        for (int slot = 0; slot < 2; slot++) {
            ByteBuffer content = read(slot);
            byte[] value = content == null ? null : decode(content);
            if (content == null || value == null) {
                damagedSlot = slot;
            } else if (!found || content.getLong(8) > sequence) {
                found = true;
                sequence = content.getLong(8);
                payload = value;
                newestSlot = slot;
            }
        }
        if (!found) {
            throw Damage.corrupt(path, "neither of its two slots is valid for storage " + storage);
        }
        if (damagedSlot >= 0) {
            newestSlot = damagedSlot; // so that it is the first to be rewritten
        }
    }

    private @Nullable ByteBuffer read(int slot) throws IOException {
        ByteBuffer content = newSlot();
        long position = (long) slot * SLOT_BYTES;
        while (content.hasRemaining()) {
            int read = channel.read(content, position + content.position());
            if (read < 0) {
                return null;
            }
        }
        return content.flip();
    }

    private byte @Nullable [] decode(ByteBuffer content) {
        int length = content.getInt(32);
        if (content.getInt(0) != magic || length < 0 || length > SLOT_BYTES - HEADER_BYTES - Integer.BYTES) {
            return null;
        }
        if (content.getInt(HEADER_BYTES + length) != crc(content, HEADER_BYTES + length)) {
            return null;
        }
        int version = content.getShort(4);
        if (version != VERSION) {
            throw Damage.unknownFormat(path, version, VERSION);
        }
        if (content.getLong(16) != storage.high() || content.getLong(24) != storage.low()) {
            return null;
        }
        byte[] value = new byte[length];
        content.get(HEADER_BYTES, value);
        return value;
    }

    private static int crc(ByteBuffer content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate().position(0).limit(length));
        return (int) crc.getValue();
    }

    private static ByteBuffer newSlot() {
        return ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
}
