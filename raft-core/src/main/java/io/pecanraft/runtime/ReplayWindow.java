package io.pecanraft.runtime;

/**
 * Remembers which of the latest request ids of one sender were seen, so that a message that the network repeats is recognised
 * (an anti-replay window as in IPsec, RFC 4303 §3.4.3). Ids are given in ascending order and may arrive in any.
 */
final class ReplayWindow {

    private final long[] seen;
    private final int size;
    private long highest;

    /**
     * A window.
     *
     * @param atLeast how many ids below the highest to remember at least; what is older counts as seen
     */
    ReplayWindow(int atLeast) {
        int words = Math.max(1, (atLeast + Long.SIZE - 1) / Long.SIZE);
        this.seen = new long[words];
        this.size = words * Long.SIZE;
    }

    /** Whether this id comes for the first time, for certain; it does not the next time. */
    boolean admit(long id) {
        if (id <= highest - size) {
            return false;
        }
        if (id > highest) {
            forget(id);
            highest = id;
        }
        int position = (int) Math.floorMod(id, (long) size);
        long bit = 1L << (position % Long.SIZE);
        int word = position / Long.SIZE;
        boolean first = (seen[word] & bit) == 0;
        seen[word] |= bit;
        return first;
    }

    /** Clears the places of the ids above the highest, up to this one; they held ids that leave the window. */
    private void forget(long upTo) {
        long count = Math.min(upTo - highest, size);
        for (long id = upTo - count + 1; id <= upTo; id++) {
            int position = (int) Math.floorMod(id, (long) size);
            seen[position / Long.SIZE] &= ~(1L << (position % Long.SIZE));
        }
    }
}
