package io.pecanraft.examples.kv.resp;

import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

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
    record Replicated(Operation operation, Function<Result, Reply> toReply) implements Response {

        /** The reply to a result. */
        Reply reply(Result result) {
            return result instanceof Result.Refused refused
                    ? new Reply.Failure(refused.error())
                    : toReply.apply(result);
        }
    }

    /** The reply is the log index of the connection's last write, once everything before it is answered. */
    record LastWriteIndex() implements Response {}

    /**
     * The reply comes later, from elsewhere.
     *
     * @param reply must complete, unless the client's patience ends
     * @param patience how long the client waits; empty for as long as it takes
     * @param whenKnown called with the reply by the connection's thread
     */
    record Eventual(CompletableFuture<Reply> reply, Optional<Patience> patience, Consumer<Reply> whenKnown)
            implements Response {

        /** A reply that comes when it comes, and changes nothing here. */
        public Eventual(CompletableFuture<Reply> reply) {
            this(reply, Optional.empty(), known -> {});
        }
    }

    /**
     * How long a client waits for a reply.
     *
     * @param limit how long at most
     * @param late makes the reply that it gets then
     * @param whenOver called by the connection's thread when nobody waits any longer: then, or when the client has left
     */
    record Patience(Duration limit, Supplier<Reply> late, Runnable whenOver) {}
}
