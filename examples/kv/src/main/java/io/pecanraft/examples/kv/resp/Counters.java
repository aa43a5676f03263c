package io.pecanraft.examples.kv.resp;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the server counts for INFO. Thread-safe. */
public final class Counters {

    private final AtomicLong connections = new AtomicLong();
    private final LongAdder connectionsReceived = new LongAdder();
    private final LongAdder connectionsRefused = new LongAdder();
    private final AtomicLong requestsInFlight = new AtomicLong();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private final LongAdder requests = new LongAdder();
    private final LongAdder protocolErrors = new LongAdder();
    private final LongAdder notDone = new LongAdder();
    private final LongAdder unknown = new LongAdder();

    /** A client connected; how many there are now. */
    long connected() {
        connectionsReceived.increment();
        return connections.incrementAndGet();
    }

    /** A client is gone. */
    void disconnected() {
        connections.decrementAndGet();
    }

    /** A client was sent away, because there are too many. */
    void connectionRefused() {
        connectionsRefused.increment();
    }

    /** A request came in. */
    void requestBegan(int sizeBytes) {
        requests.increment();
        requestsInFlight.incrementAndGet();
        bytesInFlight.addAndGet(sizeBytes);
    }

    /** Requests were answered, or their client is gone. */
    void requestsEnded(int count, long sizeBytes) {
        requestsInFlight.addAndGet(-count);
        bytesInFlight.addAndGet(-sizeBytes);
    }

    /** Something that is not RESP came. */
    void protocolError() {
        protocolErrors.increment();
    }

    /** An answer went out that a request was not done, or that nobody knows. */
    void answered(Reply reply) {
        if (reply instanceof Reply.Failure failure) {
            if (failure.message().startsWith("CLUSTERDOWN ")) {
                notDone.increment();
            } else if (failure.message().startsWith("TIMEOUT ")) {
                unknown.increment();
            }
        }
    }

    /** Clients at present. */
    public long connections() {
        return connections.get();
    }

    /** Clients since the start. */
    public long connectionsReceived() {
        return connectionsReceived.sum();
    }

    /** Clients sent away since the start. */
    public long connectionsRefused() {
        return connectionsRefused.sum();
    }

    /** Requests without an answer at present. */
    public long requestsInFlight() {
        return requestsInFlight.get();
    }

    /** Their size in bytes. */
    public long bytesInFlight() {
        return bytesInFlight.get();
    }

    /** Requests since the start. */
    public long requests() {
        return requests.sum();
    }

    /** Connections closed for not speaking RESP since the start. */
    public long protocolErrors() {
        return protocolErrors.sum();
    }

    /** Answers CLUSTERDOWN since the start. */
    public long notDone() {
        return notDone.sum();
    }

    /** Answers TIMEOUT since the start. */
    public long unknown() {
        return unknown.sum();
    }
}
