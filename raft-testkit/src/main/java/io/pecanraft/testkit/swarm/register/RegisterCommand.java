package io.pecanraft.testkit.swarm.register;

import java.nio.ByteBuffer;

/**
 * A command for the {@link RegisterMachine}.
 *
 * @param kind what to do with the register
 * @param key which register
 * @param value with what
 * @param padding how many bytes to carry for their weight alone
 */
record RegisterCommand(Kind kind, int key, long value, int padding) {

    /** What a command does. */
    enum Kind {
        /** Replaces the value. */
        PUT('p'),
        /** Makes the value depend on itself and on the one given, so that order shows. */
        APPEND('a'),
        /** Adds to the value. */
        INCREMENT('i');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        static Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no such command: " + code);
        }
    }

    private static final int FIXED_BYTES = 1 + Integer.BYTES + Long.BYTES;

    ByteBuffer encode() {
        return ByteBuffer.allocate(FIXED_BYTES + padding)
                .put((byte) kind.code)
                .putInt(key)
                .putLong(value)
                .rewind();
    }

    static RegisterCommand decode(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        return new RegisterCommand(Kind.of(in.get()), in.getInt(), in.getLong(), in.remaining());
    }
}
