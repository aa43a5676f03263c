package io.pecanraft.testkit.sim;

import java.nio.ByteBuffer;

/** 64-bit hashing whose results are the same in every JVM, unlike those of enums and identities. */
public final class Hash {

    private Hash() {}

    /** Folds a value into a hash; the finisher of SplitMix64 spreads it. */
    public static long mix(long hash, long value) {
        long z = (hash ^ value) + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Folds the characters of a text into a hash. */
    public static long mix(long hash, String text) {
        long result = mix(hash, text.length());
        for (int i = 0; i < text.length(); i++) {
            result = mix(result, text.charAt(i));
        }
        return result;
    }

    /** Folds the remaining bytes of a buffer, whose position stays, into a hash. */
    public static long mix(long hash, ByteBuffer bytes) {
        long result = mix(hash, bytes.remaining());
        int at = bytes.position();
        int limit = bytes.limit();
        for (; at + Long.BYTES <= limit; at += Long.BYTES) {
            result = mix(result, bytes.getLong(at));
        }
        long rest = 0;
        for (; at < limit; at++) {
            rest = (rest << 8) | (bytes.get(at) & 0xff);
        }
        return mix(result, rest);
    }
}
