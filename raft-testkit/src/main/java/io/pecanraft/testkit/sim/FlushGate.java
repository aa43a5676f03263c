package io.pecanraft.testkit.sim;

import java.util.ArrayDeque;
import java.util.Deque;

/** Decides which flushes of a disk may end: none while it is held, and on a full one as many as the reserve lasts for. */
final class FlushGate {

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean held;
    private boolean full;
    private int flushesInReserve;

    void hold() {
        held = true;
    }

    /** Not held any more; those end first that should have. */
    void release() {
        held = false;
        endThoseWaiting();
    }

    void fillUp(int flushesInTheReserve) {
        full = true;
        flushesInReserve = flushesInTheReserve;
    }

    void makeRoom() {
        full = false;
        endThoseWaiting();
    }

    boolean isFull() {
        return full;
    }

    /** Full, and nothing is left of the reserve. */
    boolean isOutOfRoom() {
        return full && flushesInReserve <= 0;
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
        return !held && (!full || flushesInReserve-- > 0);
    }
}
