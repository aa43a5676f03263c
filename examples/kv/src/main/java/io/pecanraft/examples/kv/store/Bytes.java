package io.pecanraft.examples.kv.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable string of bytes, compared by content: a key, a value, or an argument of a request.
 *
 * <p>Comparable, so that a hash map with many keys of one hash code falls back to a tree: keys come from strangers.
 */
public final class Bytes implements Comparable<Bytes> {

    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;
    private int hash; // 0: not computed yet, as in java.lang.String

    private Bytes(byte[] array) {
        this.array = array;
    }

    /** Wraps an array that nobody changes any more; it is not copied. */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array);
    }

    /** The UTF-8 encoding of a text. */
    public static Bytes of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The decimal digits of a number. */
    public static Bytes of(long number) {
        return wrap(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads bytes that stand behind their length, as {@link #writeFramed} wrote them. */
    static Bytes readFramed(ByteBuffer in) {
        int length = Varint.read(in);
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("length of " + length + " with " + in.remaining() + " bytes left");
        }
        byte[] copy = new byte[length];
        in.get(copy);
        return wrap(copy);
    }

    /** Appends the length, as a varint, and these bytes. */
    void writeFramed(ByteBuffer out) {
        Varint.write(array.length, out);
        out.put(array);
    }

    /** How many bytes {@link #writeFramed} writes. */
    int framedSize() {
        return Varint.size(array.length) + array.length;
    }

    /** The number of bytes. */
    public int length() {
        return array.length;
    }

    /** The byte at an index. */
    public byte at(int index) {
        return array[index];
    }

    /** These bytes followed by others. */
    public Bytes concat(Bytes tail) {
        byte[] joined = Arrays.copyOf(array, array.length + tail.array.length);
        System.arraycopy(tail.array, 0, joined, array.length, tail.array.length);
        return wrap(joined);
    }

    /** A read-only view. */
    public ByteBuffer asBuffer() {
        return ByteBuffer.wrap(array).asReadOnlyBuffer();
    }

    /** Writes these bytes to a stream. */
    void writeTo(OutputStream out) throws IOException {
        out.write(array);
    }

    /** A copy. */
    public byte[] toArray() {
        return array.clone();
    }

    /** The bytes as UTF-8; malformed ones are replaced. */
    public String utf8() {
        return new String(array, StandardCharsets.UTF_8);
    }

    /** Whether this is the given ASCII text, in upper or lower case. */
    public boolean equalsIgnoreCase(String ascii) {
        if (array.length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < array.length; i++) {
            if (Character.toLowerCase((char) (array[i] & 0xff)) != Character.toLowerCase(ascii.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(array, other.array);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        int h = hash;
        if (h == 0) {
            h = Arrays.hashCode(array);
            hash = h;
        }
        return h;
    }

    /** The length only: payloads do not belong into logs. */
    @Override
    public String toString() {
        return array.length + " bytes";
    }
}
