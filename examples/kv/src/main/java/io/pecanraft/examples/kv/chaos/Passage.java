package io.pecanraft.examples.kv.chaos;

/**
 * What becomes of the bytes that go in one direction.
 *
 * @param held they wait until it is free again; nothing is lost, as over a connection whose packets are
 * @param delayMillis they arrive at least so much later, at most twice as much
 * @param damagedOneIn of so many pieces, on average, one arrives with a flipped bit; 0: none
 */
record Passage(boolean held, int delayMillis, int damagedOneIn) {

    static final Passage FREE = new Passage(false, 0, 0);
    static final Passage HELD = new Passage(true, 0, 0);

    static Passage delayed(int millis) {
        return new Passage(false, millis, 0);
    }

    static Passage damaged(int oneIn) {
        return new Passage(false, 0, oneIn);
    }

    /** What both of them do. */
    Passage and(Passage other) {
        int oneIn = damagedOneIn == 0 || other.damagedOneIn == 0
                ? damagedOneIn + other.damagedOneIn
                : Math.min(damagedOneIn, other.damagedOneIn);
        return new Passage(held || other.held, Math.max(delayMillis, other.delayMillis), oneIn);
    }
}
