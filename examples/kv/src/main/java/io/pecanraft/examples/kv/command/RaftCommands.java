package io.pecanraft.examples.kv.command;

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
        List<CommandSpec> subcommands = new ArrayList<>();
        subcommands.add(CommandSpec.plain("status", -2, admin, this::status));
        subcommands.add(CommandSpec.plain("snapshot", 2, admin, this::snapshot));
        subcommands.addAll(new MembershipCommands(server).all());
        subcommands.addAll(new ReadYourWrites(server).all());
        return List.of(CommandSpec.group("raft", admin, subcommands));
    }

    /** RAFT STATUS for people, RAFT STATUS JSON for programs. The same content. */
    private Response status(ClientState client, Request request) {
        JsonObject status = StatusJson.of(
                server.version(),
                server.id(),
                server.node().status(),
                server.certificates().get());
        if (request.size() == 2) {
            return new Response.Immediate(JsonReply.of(status));
        }
        if (request.size() == 3 && request.arg(2).equalsIgnoreCase("JSON")) {
            return new Response.Immediate(Reply.bulk(status.toString()));
        }
        return CommandSpec.error("syntax error, expected RAFT STATUS [JSON]");
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
