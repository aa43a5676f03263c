package io.pecanraft.examples.kv.resp;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Counts the requests in flight on the whole server. Beyond the limit connections stop reading as they add to it, and go on
 * when a quarter is free again; each may exceed the limit by what one read of its socket brought. Thread-safe.
 */
final class InFlight {

    private final long maxRequests;
    private final long maxBytes;
    private final Counters counters;
    private final Queue<Runnable> paused = new ConcurrentLinkedQueue<>();

    InFlight(RespLimits limits, Counters counters) {
        this.counters = counters;
        this.maxRequests = limits.maxInFlightRequests();
        this.maxBytes = limits.maxInFlightBytes();
    }

    void add(int sizeBytes) {
        counters.requestBegan(sizeBytes);
    }

    void remove(int count, long sizeBytes) {
        counters.requestsEnded(count, sizeBytes);
        resumeIfRoom();
    }

    boolean full() {
        return counters.requestsInFlight() >= maxRequests || counters.bytesInFlight() >= maxBytes;
    }

    /** Calls back once when there is room, at once if there is. */
    void awaitRoom(Runnable resume) {
        paused.add(resume);
        resumeIfRoom(); // room may have come before the queue had us
    }

    private void resumeIfRoom() {
        if (paused.isEmpty()
                || counters.requestsInFlight() > maxRequests * 3 / 4
                || counters.bytesInFlight() > maxBytes * 3 / 4) {
            return;
        }
        for (Runnable resume = paused.poll(); resume != null; resume = paused.poll()) {
            resume.run();
        }
    }
}
