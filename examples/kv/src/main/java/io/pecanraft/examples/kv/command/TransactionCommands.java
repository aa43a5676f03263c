package io.pecanraft.examples.kv.command;

import static io.pecanraft.examples.kv.command.CommandSpec.error;

import io.pecanraft.examples.kv.command.CommandSpec.Flag;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.OpenTransaction;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.Response;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** MULTI and what belongs to it. A transaction is one command in the log: all of it happens at one moment, or nothing. */
final class TransactionCommands {

    private TransactionCommands() {}

    static List<CommandSpec> all() {
        Set<Flag> flags = Set.of(Flag.FAST, Flag.AT_ONCE);
        return List.of(
                CommandSpec.plain("multi", 1, flags, TransactionCommands::multi),
                CommandSpec.plain("exec", 1, flags, TransactionCommands::exec),
                CommandSpec.plain("discard", 1, flags, TransactionCommands::discard),
                CommandSpec.plain("watch", -2, flags, TransactionCommands::watch),
                CommandSpec.plain("unwatch", 1, flags, (client, request) -> new Response.Immediate(Reply.OK)));
    }

    private static Response multi(ClientState client, Request request) {
        if (client.transaction().isPresent()) {
            return error("MULTI calls can not be nested");
        }
        client.transaction(Optional.of(new OpenTransaction()));
        return new Response.Immediate(Reply.OK);
    }

    private static Response exec(ClientState client, Request request) {
        Optional<OpenTransaction> open = client.transaction();
        client.transaction(Optional.empty());
        return open.map(OpenTransaction::execute).orElseGet(() -> error("EXEC without MULTI"));
    }

    private static Response discard(ClientState client, Request request) {
        if (client.transaction().isEmpty()) {
            return error("DISCARD without MULTI");
        }
        client.transaction(Optional.empty());
        return new Response.Immediate(Reply.OK);
    }

    /** To answer OK and watch nothing would be a lie that costs somebody's data. */
    private static Response watch(ClientState client, Request request) {
        return error(
                client.transaction().isPresent()
                        ? "WATCH inside MULTI is not allowed"
                        : "WATCH is not supported: nothing keeps the version of a key; use SET with NX, XX or GET, INCR, or a"
                                + " transaction that does not depend on what was read before");
    }
}
