package io.pecanraft.examples.kv.store;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Unsigned integers in groups of seven bits, low group first; five bytes at most. */
final class Varint {

    static final int MAX_BYTES = 5;

    private Varint() {}

    static int size(int value) {
        int size = 1;
        for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
            size++;
        }
        return size;
    }

    static void write(int value, ByteBuffer out) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    static int read(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; shift < 7 * MAX_BYTES; shift += 7) {
            byte b = in.get();
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("length of more than " + MAX_BYTES + " bytes");
    }

    static void write(int value, DataOutput out) throws IOException {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.writeByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    static int read(DataInput in) throws IOException {
        int value = 0;
        for (int shift = 0; shift < 7 * MAX_BYTES; shift += 7) {
            byte b = in.readByte();
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IOException("length of more than " + MAX_BYTES + " bytes");
    }
}
