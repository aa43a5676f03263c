package io.pecanraft.benchmarks.system;

import java.nio.ByteBuffer;

/**
 * The one command there is: {@code short keyLength | key | value}. Written by the client, replicated as it is, read by {@link
 * KeyValues}.
 */
public final class Put {

    /** How many keys the load uses. */
    public static final int KEYS = 10_000;

    /** Of each key: its number, so that every key is written often, and none is alike. */
    public static final int KEY_BYTES = Long.BYTES;

    private Put() {}

    /** The length of a command with a value of so many bytes. */
    public static int bytes(int valueBytes) {
        return Short.BYTES + KEY_BYTES + valueBytes;
    }

    /** A command in a buffer of its own. */
    public static ByteBuffer encode(long key, byte[] value) {
        return ByteBuffer.allocate(bytes(value.length))
                .putShort((short) KEY_BYTES)
                .putLong(key)
                .put(value)
                .flip();
    }
}
