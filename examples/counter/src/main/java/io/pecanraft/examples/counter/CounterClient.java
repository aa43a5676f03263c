package io.pecanraft.examples.counter;

import io.pecanraft.RaftSession;
import java.util.concurrent.CompletableFuture;

/** Adds to a replicated {@link Counter} exactly once, however often that has to be tried. */
public final class CounterClient {

    private CounterClient() {}

    /** Adds a number and completes with the sum. */
    // tag::quickstart
    public static CompletableFuture<Long> add(RaftSession session, long number) {
        return session.propose(Counter.encode(number))
                .thenApply(result -> result.reply().getLong(0));
    }
    // end::quickstart
}
