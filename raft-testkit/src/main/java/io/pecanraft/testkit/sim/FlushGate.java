package io.pecanraft.testkit.sim;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides which flushes of a disk may end: none while it is held, and on a full one as many as the reserve lasts for. Holds add up,
 * and so does what fills it.
 */
final class FlushGate {

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int holds;
    private int fills;
    private int flushesInReserve;

    void hold() {
        holds++;
    }

    /** One hold less; those end first that should have. */
    void release() {
        holds = Math.max(0, holds - 1);
        endThoseWaiting();
    }

    /** Who fills up a full disk leaves its reserve as it is. */
    void fillUp(int flushesInTheReserve) {
        if (fills == 0) {
            flushesInReserve = flushesInTheReserve;
        }
        fills++;
    }

    /** One less that fills it up. */
    void makeRoom() {
        fills = Math.max(0, fills - 1);
        endThoseWaiting();
    }

    /** Neither held nor full, however often it was. */
    void open() {
        holds = 0;
        fills = 0;
        endThoseWaiting();
    }

    boolean isFull() {
        return fills > 0;
    }

    /** Full, and nothing is left of the reserve. */
    boolean isOutOfRoom() {
        return isFull() && flushesInReserve <= 0;
    }

    /** A flush has come to its end: runs this now, or when it may end. */
    void pass(Runnable ended) {
        if (letsOnePass()) {
            ended.run();
        } else {
            waiting.add(ended);
        }
    }

    private void endThoseWaiting() {
        while (!waiting.isEmpty() && letsOnePass()) {
            waiting.remove().run();
        }
    }

    /** On a full disk it takes from the reserve. */
    private boolean letsOnePass() {
        return holds == 0 && (!isFull() || flushesInReserve-- > 0);
    }
}
