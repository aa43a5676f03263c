package io.pecanraft.benchmarks.system;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;

/** Many bytes that nobody keeps: {@code long length}, and then as many, which a reader can tell to be the right ones. */
public final class Ballast {

    private static final int BLOCK_BYTES = 64 << 10;
    private static final byte[] BLOCK = new byte[BLOCK_BYTES];

    static {
        new Random(1).nextBytes(BLOCK); // so that nobody gains by compressing it
    }

    private Ballast() {}

    /** Writes as many. */
    public static void write(long bytes, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeLong(bytes);
        for (long left = bytes; left > 0; left -= BLOCK_BYTES) {
            data.write(BLOCK, 0, (int) Math.min(left, BLOCK_BYTES));
        }
        data.flush();
    }

    /** Reads what {@link #write} wrote; fails when it is something else. */
    public static void skip(InputStream in) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        DataInputStream data = new DataInputStream(in);
        for (long left = data.readLong(); left > 0; left -= BLOCK_BYTES) {
            int length = (int) Math.min(left, BLOCK_BYTES);
            data.readFully(block, 0, length);
            if (block[0] != BLOCK[0] || block[length - 1] != BLOCK[length - 1]) {
                throw new IOException(
                        "the ballast of a snapshot is not what was written; " + left + " bytes were left");
            }
        }
    }
}
