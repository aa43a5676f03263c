package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
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
        long index = document.getLong(at + 16);
        long term = document.getLong(at + 24);
        if (document.get(at + 2) != VERSION || type == null || !makesSense(type, index, term, length)) {
            return null;
        }
        return new LogRecord(
                type,
                document.getLong(at + 8),
                index,
                term,
                document.getLong(at + 32),
                document.getInt(at + 40),
                document.getInt(at + 44),
                document.getInt(at + 48),
                document.getInt(at + 52),
                document.slice(at + HEADER_BYTES, length - HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * Whether the header of a record of this segment may be here. The random incarnation is what keeps clients from making many of
     * them up in the payload of an entry, each of which would have to be read to its end.
     */
    static boolean mayBegin(ByteBuffer bytes, int at, long incarnation) {
        return bytes.getShort(at) == MAGIC && bytes.get(at + 2) == VERSION && bytes.getLong(at + 32) == incarnation;
    }

    /** Whether a record may say this: a right checksum does not make a position of what is none, nor an entry of nothing. */
    private static boolean makesSense(RecordType type, long index, long term, int length) {
        if (type == RecordType.ENTRY) {
            return index > 0 && term > 0 && length >= HEADER_BYTES + ENTRY_PREFIX_BYTES;
        }
        return index >= 0 && term >= 0 && (index == 0) == (term == 0);
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

    /** The entry, its payload copied to the heap. Only for type ENTRY, of a {@linkplain #requireKnownEntry known} kind. */
    LogEntry entry() {
        ByteBuffer in = body.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long timestampMillis = in.getLong();
        EntryType entryType = EntryType.fromCode(in.get());
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        return new LogEntry(index, term, timestampMillis, entryType, ByteBuffer.wrap(payload));
    }

    /** Refuses an entry of a kind that only later versions know: at a start, rather than when it is to be sent or applied. */
    void requireKnownEntry(Path file) {
        try {
            EntryType.fromCode(body.get(Long.BYTES));
        } catch (IllegalArgumentException e) {
            throw Damage.unknownEntry(file, index, e);
        }
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
