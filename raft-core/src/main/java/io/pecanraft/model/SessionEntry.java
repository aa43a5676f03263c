package io.pecanraft.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What a SESSION entry says (thesis §6.3). A session's id is the index of the entry that opened it, so no two sessions of a
 * cluster ever share one.
 *
 * <p>Big-endian: {@code version u8 = 1 | kind u8 | fields}. The kinds are part of the disk and wire formats and never change
 * their meaning.
 */
public sealed interface SessionEntry {

    /** What stands in front of the payload of a {@link Command}, in bytes. */
    int COMMAND_HEADER_BYTES = 2 + 3 * Long.BYTES;

    /** The format of this version of the library. */
    byte VERSION = 1;

    /** The bytes of an entry. */
    ByteBuffer encode();

    /** Opens a session. */
    record Open(SessionLimits limits) implements SessionEntry {

        private static final byte KIND = 1;

        @Override
        public ByteBuffer encode() {
            return begin(KIND, 3 * Long.BYTES + 2 * Integer.BYTES)
                    .putLong(limits.timeoutMillis())
                    .putInt(limits.maxOutstanding())
                    .putLong(limits.maxReplyBytes())
                    .putInt(limits.maxSessions())
                    .putLong(limits.maxTotalReplyBytes())
                    .flip();
        }
    }

    /**
     * A command for the state machine, to be applied once however often it is in the log.
     *
     * @param session the session's id
     * @param sequence the command's number in the session, from 1
     * @param firstOutstanding the client waits for nothing below it any more; at most {@code sequence}
     * @param payload the command, read-only and shared
     */
    record Command(long session, long sequence, long firstOutstanding, ByteBuffer payload) implements SessionEntry {

        private static final byte KIND = 2;

        /** Checks the ranges. */
        public Command {
            positive(session, "session");
            positive(firstOutstanding, "firstOutstanding");
            if (firstOutstanding > sequence) {
                throw new IllegalArgumentException(
                        "sequence " + sequence + " is below the first outstanding one, " + firstOutstanding);
            }
        }

        @Override
        public ByteBuffer encode() {
            return begin(KIND, COMMAND_HEADER_BYTES - 2 + payload.remaining())
                    .putLong(session)
                    .putLong(sequence)
                    .putLong(firstOutstanding)
                    .put(payload.duplicate())
                    .flip();
        }
    }

    /**
     * A sign of life.
     *
     * @param session the session's id
     * @param firstOutstanding the client waits for nothing below it any more
     */
    record KeepAlive(long session, long firstOutstanding) implements SessionEntry {

        private static final byte KIND = 3;

        /** Checks the ranges. */
        public KeepAlive {
            positive(session, "session");
            positive(firstOutstanding, "firstOutstanding");
        }

        @Override
        public ByteBuffer encode() {
            return begin(KIND, 2 * Long.BYTES)
                    .putLong(session)
                    .putLong(firstOutstanding)
                    .flip();
        }
    }

    /** Ends a session before its time. */
    record Close(long session) implements SessionEntry {

        private static final byte KIND = 4;

        /** Checks the range. */
        public Close {
            positive(session, "session");
        }

        @Override
        public ByteBuffer encode() {
            return begin(KIND, Long.BYTES).putLong(session).flip();
        }
    }

    /**
     * The entry with these bytes. The position of the argument does not move; the payload of a command is a view of it.
     *
     * @throws IllegalArgumentException when the bytes are not exactly one session entry of a known version
     */
    static SessionEntry decode(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("session entry of unknown version " + version);
            }
            byte kind = in.get();
            SessionEntry entry = switch (kind) {
                case Open.KIND ->
                    new Open(new SessionLimits(in.getLong(), in.getInt(), in.getLong(), in.getInt(), in.getLong()));
                case Command.KIND -> new Command(in.getLong(), in.getLong(), in.getLong(), rest(in));
                case KeepAlive.KIND -> new KeepAlive(in.getLong(), in.getLong());
                case Close.KIND -> new Close(in.getLong());
                default ->
                    throw new IllegalArgumentException(
                            "session entry of unknown kind " + kind + ", written by a newer version?");
            };
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(in.remaining() + " bytes too many after a session entry");
            }
            return entry;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("session entry ends too early", e);
        }
    }

    private static ByteBuffer begin(byte kind, int bytes) {
        return ByteBuffer.allocate(2 + bytes).put(VERSION).put(kind);
    }

    private static ByteBuffer rest(ByteBuffer in) {
        ByteBuffer rest = in.slice().asReadOnlyBuffer();
        in.position(in.limit());
        return rest;
    }

    private static void positive(long value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive, got " + value);
        }
    }
}
