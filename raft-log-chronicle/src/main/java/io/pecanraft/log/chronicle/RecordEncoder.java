package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntSupplier;

/**
 * Builds the records of one segment, each complete before it is appended: an exception in the middle of encoding must not
 * leave half a document in the file. Each is returned in the same buffer, and gone with the next one; not thread-safe.
 */
final class RecordEncoder {

    private static final int INITIAL_BYTES = 64 << 10;

    private final long group;
    private final long incarnation;
    private final IntSupplier hardState;
    private ByteBuffer buffer = empty(INITIAL_BYTES);
    private int crc;

    /**
     * For one segment.
     *
     * @param hardState how often the hard state has been stored
     * @param chain what the first record repeats: the crc of the last valid record of the segment before, or 0
     */
    RecordEncoder(long group, long incarnation, IntSupplier hardState, int chain) {
        this.group = group;
        this.incarnation = incarnation;
        this.hardState = hardState;
        this.crc = chain;
    }

    /** The length that an entry's record will have. */
    static int entryBytes(LogEntry entry) {
        return LogRecord.HEADER_BYTES + LogRecord.ENTRY_PREFIX_BYTES + entry.payloadBytes();
    }

    ByteBuffer entry(LogEntry entry, int flushed) {
        begin(RecordType.ENTRY, entry.id(), entryBytes(entry), flushed);
        buffer.putLong(entry.timestampMillis()).put(entry.type().code());
        putAll(entry.payload());
        return end();
    }

    /** A record without or with a small body. */
    ByteBuffer record(RecordType type, EntryId id, ByteBuffer body, int flushed) {
        begin(type, id, LogRecord.HEADER_BYTES + body.remaining(), flushed);
        putAll(body);
        return end();
    }

    /** The crc of the last record built, which the next one repeats. */
    int chain() {
        return crc;
    }

    private void begin(RecordType type, EntryId id, int length, int flushed) {
        if (length > buffer.capacity()) {
            buffer = empty(Integer.highestOneBit(length - 1) << 1);
        }
        buffer.clear().limit(length);
        buffer.putShort(LogRecord.MAGIC).put(LogRecord.VERSION).put(type.code()).putInt(length);
        buffer.putLong(group).putLong(id.index()).putLong(id.term()).putLong(incarnation);
        buffer.putInt(flushed).putInt(crc).putInt(0).putInt(hardState.getAsInt());
    }

    /** Without moving the other buffer's position, which may be shared. */
    private void putAll(ByteBuffer body) {
        int at = buffer.position();
        int length = body.remaining();
        buffer.put(at, body, body.position(), length);
        buffer.position(at + length);
    }

    private ByteBuffer end() {
        buffer.flip();
        crc = LogRecord.crc(buffer);
        return buffer.putInt(48, crc);
    }

    private static ByteBuffer empty(int capacity) {
        return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
}
