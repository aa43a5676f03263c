package io.pecanraft.examples.kv.resp;

import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.Result;
import java.util.concurrent.CompletableFuture;
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

    /** The reply comes later, from elsewhere. Must complete. */
    record Eventual(CompletableFuture<Reply> reply) implements Response {}
}
