package io.pecanraft.testkit.sim;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A stream of pseudo-random numbers for one subsystem of one simulation. Streams of the same seed and other names are
 * independent, so drawing more from one leaves the others as they were.
 */
public final class SimRandom {

    private final RandomGenerator generator;

    private SimRandom(long seed) {
        this.generator = new SplittableRandom(seed);
    }

    /** The stream with this name. */
    public static SimRandom stream(long seed, String name) {
        long hash = seed;
        for (int i = 0; i < name.length(); i++) {
            hash = Hash.mix(hash, name.charAt(i));
        }
        return new SimRandom(hash);
    }

    /** The next 64 bits. */
    public long nextLong() {
        return generator.nextLong();
    }

    /** From 0 to {@code boundExclusive - 1}. */
    public int nextInt(int boundExclusive) {
        return generator.nextInt(boundExclusive);
    }

    /** From {@code from} to {@code through}, both included. */
    public long between(long from, long through) {
        return generator.nextLong(from, through + 1);
    }

    /** True with this probability. Draws nothing for 0 and 1. */
    public boolean chance(double probability) {
        return probability > 0 && (probability >= 1 || generator.nextDouble() < probability);
    }

    /** A delay of at least {@code minNanos}, exponentially distributed above it, and at most 20 means longer. */
    public long delay(long minNanos, long meanExtraNanos) {
        if (meanExtraNanos <= 0) {
            return minNanos;
        }
        // StrictMath: the same to the last bit on every processor.
        double extra = -StrictMath.log(1 - generator.nextDouble()) * meanExtraNanos;
        return minNanos + (long) Math.min(extra, 20.0 * meanExtraNanos);
    }

    /** One of these. */
    public long pick(long... choices) {
        return choices[nextInt(choices.length)];
    }
}
