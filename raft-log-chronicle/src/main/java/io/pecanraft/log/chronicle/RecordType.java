package io.pecanraft.log.chronicle;

import org.jspecify.annotations.Nullable;

/** What a record of a segment says. The codes are part of the file format and never change their meaning. */
enum RecordType {
    /** The first record of a segment: what it follows, see {@link SegmentHeader}. Index and term: the log's end before it. */
    SEGMENT_HEADER(1),
    /** A log entry. Index and term: the entry's. */
    ENTRY(2),
    /** The log ends here again, and what came after is void. Index and term: the new last entry. */
    TRUNCATE(3),
    /** The log is empty and goes on after this entry, which a snapshot includes. Index and term: that entry. */
    RESET(4),
    /** Nothing follows in this segment: it was closed in order. Index and term: the log's end. */
    SEAL(5);

    private final byte code;

    RecordType(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    /** The type with this code; null when this version knows none. */
    static @Nullable RecordType fromCode(byte code) {
        for (RecordType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }
}
