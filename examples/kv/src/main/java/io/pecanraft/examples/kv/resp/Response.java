package io.pecanraft.examples.kv.resp;

import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.Result;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** What to do about a request. */
public sealed interface Response {

    /** The reply is known. */
    record Immediate(Reply reply) implements Response {}

    /** The reply is known and the last one: the connection is closed after it. */
    record Last(Reply reply) implements Response {}

    /**
     * The reply is what the replicated map answers.
     *
     * @param toReply makes a reply of the result, unless that is a refusal
     */
    record Replicated(Operation operation, Function<Result, Reply> toReply) implements Response {}

    /** The reply is the log index of the connection's last write, once everything before it is answered. */
    record LastWriteIndex() implements Response {}

    /**
     * The reply comes later, from elsewhere.
     *
     * @param reply must complete
     * @param whenKnown called with it by the connection's thread
     */
    record Eventual(CompletableFuture<Reply> reply, Consumer<Reply> whenKnown) implements Response {

        /** A reply that changes nothing here. */
        public Eventual(CompletableFuture<Reply> reply) {
            this(reply, known -> {});
        }
    }
}
