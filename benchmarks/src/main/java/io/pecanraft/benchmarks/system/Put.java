package io.pecanraft.benchmarks.system;

import java.nio.ByteBuffer;

/**
 * The one command there is: {@code short keyLength | key | value}. Written by the client, replicated as it is, read by {@link
 * KeyValues}.
 */
public final class Put {

    /** How many keys the load uses. */
    public static final int KEYS = 10_000;

    /** Of each key; see {@link #key}. */
    public static final int KEY_BYTES = Long.BYTES;

    /** Spreads the bits of small numbers (the golden ratio of 2^64), one to one since it is odd. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private Put() {}

    /**
     * The key of a number. Not the number itself: {@code Arrays.hashCode} over eight bytes, of which six are zero, maps ten thousand
     * of those to a few hundred values, and then it is collisions in the hash map that are measured.
     */
    public static long key(int number) {
        return number * SPREAD;
    }

    /** Which of so many groups has a key. Of the upper half, where the bits of small numbers have arrived. */
    public static int group(long key, int groups) {
        return groups == 1 ? 0 : (int) ((key >>> Integer.SIZE) % groups);
    }

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
