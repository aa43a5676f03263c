package io.pecanraft.examples.kv.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An immutable string of bytes, compared by content: a key, a value, or an argument of a request.
 */
public final class Bytes implements Comparable<Bytes> {

    /**
     * The order in which keys are kept and scanned: by hash code, unsigned, so that a place in it is a number, and then by content.
     * Many keys of one hash code, which strangers can make, cost no more than others.
     */
    static final Comparator<Bytes> SCAN_ORDER = (a, b) -> {
        int byHash = Integer.compareUnsigned(a.hashCode(), b.hashCode());
        return byHash != 0 ? byHash : a.compareTo(b);
    };

    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;
    private int hash; // 0: not computed yet, as in java.lang.String

    private Bytes(byte[] array) {
        this.array = array;
    }

    /** What stands in {@link #SCAN_ORDER} before all keys of a hash code but 0: a place to begin, never a key. */
    static Bytes placeBefore(int hashCode) {
        Bytes place = new Bytes(new byte[0]);
        place.hash = hashCode;
        return place;
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

    /** Part of the meaning of a SCAN cursor, which any server may be given: the same in every release. */
    @Override
    public int hashCode() {
        int h = hash;
        if (h == 0) {
            h = mix(Arrays.hashCode(array));
            hash = h;
        }
        return h;
    }

    /** The finalizer of MurmurHash3: neighbouring keys are scattered, and different hashes stay different. */
    private static int mix(int h) {
        int mixed = (h ^ h >>> 16) * 0x85ebca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }

    /** The length only: payloads do not belong into logs. */
    @Override
    public String toString() {
        return array.length + " bytes";
    }
}
