package io.pecanraft.model;

import java.nio.ByteBuffer;

/**
 * One entry of the replicated log (§5.3).
 *
 * @param index the position, from 1
 * @param term the term in which a leader created it, from 1
 * @param timestampMillis stamped by that leader, never decreasing along the log
 * @param type what it is for
 * @param payload read-only and shared; use absolute gets or {@link ByteBuffer#duplicate()}
 */
public record LogEntry(long index, long term, long timestampMillis, EntryType type, ByteBuffer payload) {

    /** What an entry takes in memory and on disk besides its payload, roughly, in bytes. */
    public static final int OVERHEAD_BYTES = 64;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /** Checks the ranges and makes the payload read-only. */
    public LogEntry {
        if (index < 1 || term < 1) {
            throw new IllegalArgumentException("index and term start at 1, got " + index + " and " + term);
        }
        if (!payload.isReadOnly()) {
            payload = payload.asReadOnlyBuffer();
        }
    }

    /** An entry without payload. */
    public static LogEntry noOp(long index, long term, long timestampMillis) {
        return new LogEntry(index, term, timestampMillis, EntryType.NO_OP, EMPTY);
    }

    /** The term and index, which identify an entry (Log Matching, §5.3). */
    public EntryId id() {
        return new EntryId(term, index);
    }

    /** The payload's length in bytes. */
    public int payloadBytes() {
        return payload.remaining();
    }

    @Override
    public String toString() {
        return index + "@" + term + ":" + type + "[" + payloadBytes() + " B]";
    }
}
