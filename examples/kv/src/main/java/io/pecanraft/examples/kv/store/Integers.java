package io.pecanraft.examples.kv.store;

import java.util.OptionalLong;

/** Decimal numbers as values: exactly the texts that {@link Long#toString(long)} writes, and no other. */
public final class Integers {

    private static final int MAX_DIGITS = 20;

    private Integers() {}

    /** The number that these bytes spell; empty with leading zeros or blanks, a plus sign, or outside 64 bits. */
    public static OptionalLong parse(Bytes bytes) {
        int length = bytes.length();
        if (length == 0 || length > MAX_DIGITS) {
            return OptionalLong.empty();
        }
        boolean negative = bytes.at(0) == '-';
        int first = negative ? 1 : 0;
        if (length == first || bytes.at(first) == '0' && length > 1) {
            return OptionalLong.empty();
        }
        long value = 0; // negative all the way: the least number has no positive counterpart
        for (int i = first; i < length; i++) {
            int digit = bytes.at(i) - '0';
            if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
                return OptionalLong.empty();
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(negative ? value : -value);
    }
}
