package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of a segment: the payload of one Chronicle document. Little-endian:
 *
 * <pre>
 *  0 magic u16            4 length u32 (all of the record)    24 term u64               44 chain u32
 *  2 version u8           8 group u64                         32 incarnation u64        48 crc32c u32
 *  3 type u8             16 index u64                         40 flushed u32            52 hardState u32
 * 56 body
 * </pre>
 *
 * <p>{@code incarnation} is the segment's, random, so that a stale page of an older file is never taken for this one's.
 * {@code flushed} counts the records of this segment known to be flushed when this one was written. {@code hardState} says how
 * often the hard state had been stored by then (its low 32 bits), so that one that was put back to an older state is noticed.
 * {@code crc32c} covers everything but itself, so every record can be judged alone; {@code chain} repeats the crc32c of the record
 * before, so that a lost, repeated or misplaced record is found although it is valid by itself.
 *
 * @param type what it says
 * @param group the Raft group
 * @param index depends on the type
 * @param term depends on the type
 * @param incarnation of the segment
 * @param flushed how many records were flushed before
 * @param chain the crc32c of the record before
 * @param crc the record's own
 * @param hardState how often the hard state had been stored before
 * @param body what follows the header; a view that is valid only as long as the buffer it was read from
 */
record LogRecord(
        RecordType type,
        long group,
        long index,
        long term,
        long incarnation,
        int flushed,
        int chain,
        int crc,
        int hardState,
        ByteBuffer body) {

    static final short MAGIC = 0x5043; // "CP"
    static final byte VERSION = 1;
    static final int HEADER_BYTES = 56;

    /** Before the payload of an entry: its timestamp and its type. */
    static final int ENTRY_PREFIX_BYTES = Long.BYTES + 1;

    private static final int CHECKED_HEADER_BYTES = 48;

    /** The record in this document, or null when it is none or is damaged. Bytes are checked before they are believed. */
    static @Nullable LogRecord parse(ByteBuffer document) {
        int length = document.remaining();
        int at = document.position();
        if (length < HEADER_BYTES
                || document.getShort(at) != MAGIC
                || document.getInt(at + 4) != length
                || document.getInt(at + 48) != crc(document)) {
            return null;
        }
        RecordType type = RecordType.fromCode(document.get(at + 3));
        if (document.get(at + 2) != VERSION || type == null) {
            return null;
        }
        return new LogRecord(
                type,
                document.getLong(at + 8),
                document.getLong(at + 16),
                document.getLong(at + 24),
                document.getLong(at + 32),
                document.getInt(at + 40),
                document.getInt(at + 44),
                document.getInt(at + 48),
                document.getInt(at + 52),
                document.slice(at + HEADER_BYTES, length - HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The checksum that a record's bytes should carry. */
    static int crc(ByteBuffer document) {
        int at = document.position();
        CRC32C crc = new CRC32C();
        ByteBuffer view = document.duplicate();
        crc.update(view.limit(at + CHECKED_HEADER_BYTES));
        crc.update(view.limit(document.limit()).position(at + CHECKED_HEADER_BYTES + Integer.BYTES));
        return (int) crc.getValue();
    }

    /** The position in the log that this record names. */
    EntryId id() {
        return new EntryId(term, index);
    }

    /** The entry, its payload copied to the heap. Only for type ENTRY. */
    LogEntry entry() {
        ByteBuffer in = body.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long timestampMillis = in.getLong();
        EntryType entryType = EntryType.fromCode(in.get());
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        return new LogEntry(index, term, timestampMillis, entryType, ByteBuffer.wrap(payload));
    }

    /** The entry's timestamp, without reading the rest. Only for type ENTRY. */
    long timestampMillis() {
        return body.getLong(0);
    }

    /** Whether the entry holds a configuration. Only for type ENTRY. */
    boolean isMembership() {
        return body.get(Long.BYTES) == EntryType.MEMBERSHIP.code();
    }

    /** The length of the payload. Only for type ENTRY. */
    int payloadBytes() {
        return body.remaining() - ENTRY_PREFIX_BYTES;
    }
}
