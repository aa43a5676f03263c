package io.pecanraft.examples.kv.command;

import static io.pecanraft.examples.kv.command.CommandSpec.error;

import io.pecanraft.examples.kv.command.CommandSpec.Flag;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.Protocol;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Integers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Commands about the connection itself. Answered at once, whatever the state of the cluster. */
final class ConnectionCommands {

    private static final String BAD_NAME = "Client names cannot contain spaces, newlines or special characters.";

    private ConnectionCommands() {}

    static List<CommandSpec> all(ServerInfo server) {
        Set<Flag> fast = Set.of(Flag.FAST);
        Set<Flag> stranger = Set.of(Flag.FAST, Flag.NO_AUTH);
        Set<Flag> atOnce = Set.of(Flag.FAST, Flag.AT_ONCE, Flag.NO_AUTH);
        Authentication authentication = new Authentication(server.password());
        return List.of(
                CommandSpec.plain("ping", -1, fast, ConnectionCommands::ping),
                CommandSpec.plain("echo", 2, fast, (client, request) -> bulk(request.arg(1))),
                CommandSpec.plain(
                        "hello", -1, stranger, (client, request) -> hello(server, authentication, client, request)),
                CommandSpec.plain("auth", -2, stranger, authentication::auth),
                CommandSpec.plain("select", 2, fast, ConnectionCommands::select),
                CommandSpec.plain("quit", -1, atOnce, (client, request) -> new Response.Last(Reply.OK)),
                CommandSpec.plain("reset", 1, atOnce, (client, request) -> reset(server, client)),
                CommandSpec.group(
                        "client",
                        Set.of(),
                        List.of(
                                CommandSpec.plain("id", 2, fast, (client, request) -> number(client.id())),
                                CommandSpec.plain("getname", 2, fast, ConnectionCommands::getName),
                                CommandSpec.plain("setname", 3, fast, ConnectionCommands::setName),
                                CommandSpec.plain("setinfo", 4, fast, ConnectionCommands::setInfo),
                                CommandSpec.plain("info", 2, fast, ConnectionCommands::info))));
    }

    private static Response ping(ClientState client, Request request) {
        if (request.size() > 2) {
            return CommandTable.wrongArity("ping");
        }
        return request.size() == 2 ? bulk(request.arg(1)) : new Response.Immediate(new Reply.Simple("PONG"));
    }

    /** HELLO [version [AUTH user password] [SETNAME name]]: a RESP3 client insists on a map. */
    private static Response hello(
            ServerInfo server, Authentication authentication, ClientState client, Request request) {
        Protocol protocol = client.protocol();
        if (request.size() > 1) {
            OptionalLong version = Integers.parse(request.arg(1));
            if (version.isEmpty()) {
                return error("Protocol version is not an integer or out of range");
            }
            if (version.getAsLong() != 2 && version.getAsLong() != 3) {
                return new Response.Immediate(new Reply.Failure("NOPROTO unsupported protocol version"));
            }
            protocol = version.getAsLong() == 3 ? Protocol.RESP3 : Protocol.RESP2;
        }
        String name = client.name();
        for (int i = 2; i < request.size(); i++) {
            Bytes option = request.arg(i);
            if (option.equalsIgnoreCase("AUTH") && i + 2 < request.size()) {
                Optional<Response> refusal =
                        authentication.attempt(client, Optional.of(request.arg(i + 1)), request.arg(i + 2));
                if (refusal.isPresent()) {
                    return refusal.get();
                }
                i += 2;
            } else if (option.equalsIgnoreCase("SETNAME") && i + 1 < request.size()) {
                i++;
                name = request.arg(i).utf8();
                if (!isName(name)) {
                    return error(BAD_NAME);
                }
            } else {
                return error("Syntax error in HELLO option '" + option.utf8() + "'");
            }
        }
        if (!client.isAuthenticated()) {
            return new Response.Immediate(Authentication.HELLO_WITHOUT);
        }
        client.name(name);
        client.protocol(protocol);
        return new Response.Immediate(new Reply.Pairs(List.of(
                new Reply.Pair("server", Reply.bulk("pecanraft")),
                new Reply.Pair("version", Reply.bulk(server.version())),
                new Reply.Pair("proto", new Reply.Int(protocol.version())),
                new Reply.Pair("id", new Reply.Int(client.id())),
                new Reply.Pair("mode", Reply.bulk("cluster")),
                // Whatever it is to Raft: every node takes reads and writes, and clients avoid a "replica" for writes.
                new Reply.Pair("role", Reply.bulk("master")),
                new Reply.Pair("modules", new Reply.Array(List.of())))));
    }

    private static Response select(ClientState client, Request request) {
        OptionalLong index = Integers.parse(request.arg(1));
        if (index.isEmpty()) {
            return error("value is not an integer or out of range");
        }
        return index.getAsLong() == 0 ? new Response.Immediate(Reply.OK) : error("DB index is out of range");
    }

    private static Response reset(ServerInfo server, ClientState client) {
        client.authenticated(server.password().isEmpty());
        client.protocol(Protocol.RESP2);
        client.name("");
        client.localFrom(OptionalLong.empty());
        client.transaction(Optional.empty());
        return new Response.Immediate(new Reply.Simple("RESET"));
    }

    private static Response getName(ClientState client, Request request) {
        return new Response.Immediate(client.name().isEmpty() ? Reply.NULL : Reply.bulk(client.name()));
    }

    private static Response setName(ClientState client, Request request) {
        String name = request.arg(2).utf8();
        if (!isName(name)) {
            return error(BAD_NAME);
        }
        client.name(name);
        return new Response.Immediate(Reply.OK);
    }

    private static Response setInfo(ClientState client, Request request) {
        Bytes attribute = request.arg(2);
        String value = request.arg(3).utf8();
        if (!isName(value)) {
            return error(attribute.utf8().toLowerCase(java.util.Locale.ROOT)
                    + " cannot contain spaces, newlines or special characters.");
        }
        if (attribute.equalsIgnoreCase("lib-name")) {
            client.libraryName(value);
        } else if (attribute.equalsIgnoreCase("lib-ver")) {
            client.libraryVersion(value);
        } else {
            return error("Unrecognized option '" + attribute.utf8() + "'");
        }
        return new Response.Immediate(Reply.OK);
    }

    private static Response info(ClientState client, Request request) {
        return new Response.Immediate(Reply.bulk("id=" + client.id() + " addr=" + client.address() + " name="
                + client.name() + " resp=" + client.protocol().version() + " lib-name=" + client.libraryName()
                + " lib-ver=" + client.libraryVersion() + "\n"));
    }

    private static boolean isName(String name) {
        return name.chars().allMatch(c -> c >= '!' && c <= '~');
    }

    private static Response bulk(Bytes bytes) {
        return new Response.Immediate(new Reply.Bulk(bytes));
    }

    private static Response number(long value) {
        return new Response.Immediate(new Reply.Int(value));
    }
}
