package io.pecanraft.examples.kv.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.command.CommandSpec.Flag;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.model.SnapshotMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Commands about Raft itself, on the node that is asked. */
final class RaftCommands {

    private final ServerInfo server;

    RaftCommands(ServerInfo server) {
        this.server = server;
    }

    List<CommandSpec> all() {
        Set<Flag> admin = Set.of(Flag.ADMIN);
        return List.of(CommandSpec.group(
                "raft",
                admin,
                List.of(
                        CommandSpec.plain("status", -2, admin, this::status),
                        CommandSpec.plain("snapshot", 2, admin, this::snapshot))));
    }

    /** RAFT STATUS for people, RAFT STATUS JSON for programs. The same content. */
    private Response status(ClientState client, Request request) {
        JsonObject status = StatusJson.of(server.id(), server.node().status());
        if (request.size() == 2) {
            return new Response.Immediate(toReply(status));
        }
        if (request.size() == 3 && request.arg(2).equalsIgnoreCase("JSON")) {
            return new Response.Immediate(Reply.bulk(status.toString()));
        }
        return CommandSpec.error("syntax error, expected RAFT STATUS [JSON]");
    }

    private static Reply toReply(JsonElement json) {
        if (json instanceof JsonObject object) {
            return new Reply.Pairs(object.entrySet().stream()
                    .map(entry -> new Reply.Pair(entry.getKey(), toReply(entry.getValue())))
                    .toList());
        } else if (json instanceof JsonArray array) {
            List<Reply> elements = new ArrayList<>();
            array.forEach(element -> elements.add(toReply(element)));
            return new Reply.Array(elements);
        } else if (json.isJsonNull()) {
            return Reply.NULL;
        }
        return json.getAsJsonPrimitive().isNumber() ? new Reply.Int(json.getAsLong()) : Reply.bulk(json.getAsString());
    }

    private Response snapshot(ClientState client, Request request) {
        CompletableFuture<Reply> reply = server.node().takeSnapshot().handle(RaftCommands::toReply);
        return new Response.Eventual(reply);
    }

    private static Reply toReply(@Nullable SnapshotMeta snapshot, @Nullable Throwable failure) {
        if (snapshot == null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return Reply.error("snapshot failed: " + (cause == null ? "no reason given" : cause.getMessage()));
        }
        return new Reply.Pairs(List.of(
                new Reply.Pair("index", new Reply.Int(snapshot.lastIncludedIndex())),
                new Reply.Pair("term", new Reply.Int(snapshot.lastIncludedTerm())),
                new Reply.Pair("bytes", new Reply.Int(snapshot.sizeBytes()))));
    }
}
