package io.pecanraft.testkit.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Changes valid input as an attacker would, who knows where numbers are: a few at a time, and mostly small. */
final class Mutation {

    private static final int MOST_CHANGES = 6;
    private static final int LONGEST_PIECE = 64;

    /** Where arithmetic goes wrong. */
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        3,
        4,
        7,
        8,
        127,
        128,
        255,
        256,
        1023,
        1024,
        4095,
        4096,
        65_535,
        65_536,
        1 << 20,
        1 << 24,
        1 << 26,
        1 << 28,
        1 << 30,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE - 8,
        1L << 32,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final List<byte[]> originals;
    private final SplittableRandom random;

    private Mutation(List<byte[]> originals, SplittableRandom random) {
        this.originals = originals;
        this.random = random;
    }

    /** One of the originals, changed; at most this long. */
    static byte[] of(List<byte[]> originals, int maxBytes, SplittableRandom random) {
        Mutation mutation = new Mutation(originals, random);
        byte[] input = mutation.original();
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
            input = mutation.changed(input);
        }
        return input.length <= maxBytes ? input : Arrays.copyOf(input, maxBytes);
    }

    private byte[] original() {
        return originals.get(random.nextInt(originals.size())).clone();
    }

    private byte[] changed(byte[] input) {
        if (input.length == 0) {
            return piece();
        }
        int at = random.nextInt(input.length);
        switch (random.nextInt(10)) {
            case 0 -> {
                input[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                return input;
            }
            case 1 -> {
                input[at] = (byte) random.nextInt();
                return input;
            }
            case 2, 3 -> {
                putNumber(input, at);
                return input;
            }
            case 4 -> {
                input[at] += (byte) (random.nextInt(5) - 2);
                return input;
            }
            case 5 -> {
                return spliced(input, at, at, piece()); // something is put in
            }
            case 6 -> {
                return spliced(input, at, end(input, at), new byte[0]); // something is left out
            }
            case 7 -> {
                return spliced(input, at, at, Arrays.copyOfRange(input, at, end(input, at))); // something is repeated
            }
            case 8 -> {
                return Arrays.copyOf(input, at);
            }
            default -> { // the beginning of one and the end of another
                byte[] other = original();
                int from = random.nextInt(other.length + 1);
                return spliced(input, at, input.length, Arrays.copyOfRange(other, from, other.length));
            }
        }
    }

    private void putNumber(byte[] input, int at) {
        ByteBuffer buffer = ByteBuffer.wrap(input)
                .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                .position(at);
        long number =
                random.nextInt(4) == 0 ? random.nextInt(input.length + 1) : NUMBERS[random.nextInt(NUMBERS.length)];
        int width = 1 << random.nextInt(4);
        switch (Math.min(width, Integer.highestOneBit(buffer.remaining()))) {
            case Long.BYTES -> buffer.putLong(number);
            case Integer.BYTES -> buffer.putInt((int) number);
            case Short.BYTES -> buffer.putShort((short) number);
            default -> buffer.put((byte) number);
        }
    }

    private int end(byte[] input, int at) {
        return at + 1 + random.nextInt(Math.min(LONGEST_PIECE, input.length - at));
    }

    private byte[] piece() {
        byte[] piece = new byte[1 + random.nextInt(LONGEST_PIECE)];
        if (random.nextBoolean()) {
            random.nextBytes(piece);
        }
        return piece;
    }

    private static byte[] spliced(byte[] input, int from, int to, byte[] between) {
        return ByteBuffer.allocate(from + between.length + input.length - to)
                .put(input, 0, from)
                .put(between)
                .put(input, to, input.length - to)
                .array();
    }
}
