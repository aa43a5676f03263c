package io.pecanraft.examples.kv.command;

import io.pecanraft.OperationTimeoutException;
import io.pecanraft.examples.kv.command.CommandSpec.Flag;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.examples.kv.store.Integers;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Reads on any server, without asking the leader, that see what a client wrote through another one: RAFT INDEX tells where
 * its last write is in the log, RAFT WAIT makes a server catch up with it and read locally from there on.
 */
final class ReadYourWrites {

    private static final long MAX_TIMEOUT_MILLIS = 3_600_000;

    /** A question that costs next to nothing: how many keys there are. */
    private static final ByteBuffer NOTHING =
            OperationCodec.encode(List.of(new Operation.Count())).asReadOnlyBuffer();

    private final ServerInfo server;

    ReadYourWrites(ServerInfo server) {
        this.server = server;
    }

    List<CommandSpec> all() {
        Set<Flag> fast = Set.of(Flag.FAST);
        return List.of(
                CommandSpec.plain("index", 2, fast, (client, request) -> new Response.LastWriteIndex()),
                CommandSpec.plain("wait", -3, Set.of(), this::await));
    }

    /** RAFT WAIT index [timeout-ms]. Reads that the client sends before it has the answer are linearizable, which is more. */
    private Response await(ClientState client, Request request) {
        if (request.size() > 4) {
            return CommandTable.wrongArity("raft|wait");
        }
        OptionalLong index = Integers.parse(request.arg(2));
        if (index.isEmpty() || index.getAsLong() < 0) {
            return CommandSpec.error("index is not an integer or out of range");
        }
        OptionalLong millis = request.size() == 4
                ? Integers.parse(request.arg(3))
                : OptionalLong.of(server.hold().toMillis());
        if (millis.isEmpty() || millis.getAsLong() < 1 || millis.getAsLong() > MAX_TIMEOUT_MILLIS) {
            return CommandSpec.error("timeout must be from 1 to " + MAX_TIMEOUT_MILLIS + " ms");
        }
        CompletableFuture<Reply> reached = new CompletableFuture<>();
        attempt(index.getAsLong(), reached);
        return new Response.Eventual(
                reached.exceptionally(
                        failure -> Reply.error("not done: " + cause(failure).getMessage())),
                Optional.of(new Response.Patience(
                        Duration.ofMillis(millis.getAsLong()),
                        () -> tooLate(index.getAsLong(), millis.getAsLong()),
                        () -> reached.cancel(false))),
                reply -> {
                    if (reply instanceof Reply.Int) {
                        client.localFrom(index);
                    }
                });
    }

    /** The node gives up reads after a time of its own, which may be shorter; it is asked again while somebody waits. Its status may be a turn behind a read. */
    private void attempt(long index, CompletableFuture<Reply> reached) {
        server.node()
                .read(NOTHING.duplicate(), ReadConsistency.localNotBefore(index))
                .whenComplete((answer, failure) -> {
                    if (failure == null) {
                        reached.complete(new Reply.Int(
                                Math.max(index, server.node().status().appliedIndex())));
                    } else if (!(cause(failure) instanceof OperationTimeoutException)) {
                        reached.completeExceptionally(failure);
                    } else if (!reached.isDone()) {
                        attempt(index, reached);
                    }
                });
    }

    private Reply tooLate(long index, long millis) {
        return new Reply.Failure("TIMEOUT not done: " + server.id() + " has applied the log to index "
                + server.node().status().appliedIndex() + ", not to " + index + ", after " + millis
                + " ms; reads stay as they were");
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }
}
