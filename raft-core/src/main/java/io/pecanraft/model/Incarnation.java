package io.pecanraft.model;

/**
 * The identity of one storage: 128 random bits, made when a data directory is first initialised and kept in its header.
 *
 * <p>A server that returns under its old name with an empty disk has another incarnation. It has forgotten its votes and
 * acknowledgements, so it must not count until it is re-admitted.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record Incarnation(long high, long low) implements Comparable<Incarnation> {

    @Override
    public int compareTo(Incarnation other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Eight hexadecimal digits, enough to tell incarnations apart in a log line. */
    public String abbreviated() {
        return String.format("%08x", high >>> 32);
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
