package io.pecanraft.examples.kv.command;

import io.pecanraft.examples.kv.command.CommandSpec.Keys;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.OpenTransaction;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.RequestHandler;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.examples.kv.store.Limits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All commands, by name. Immutable. */
public final class CommandTable implements RequestHandler {

    /** How much of the arguments an error repeats, as with Redis. */
    private static final int MAX_REPEATED_CHARACTERS = 128;

    private final Map<String, CommandSpec> commands = new HashMap<>();

    /** The table of a server. */
    public CommandTable(ServerInfo server) {
        List<CommandSpec> all = new ArrayList<>();
        all.addAll(ConnectionCommands.all(server));
        all.addAll(StringCommands.all());
        all.addAll(KeyCommands.all());
        all.addAll(TransactionCommands.all());
        all.addAll(new RaftCommands(server).all());
        all.addAll(new ClusterCommands(server).all());
        all.addAll(new ServerCommands(server, commands::values).all());
        for (CommandSpec command : all) {
            CommandSpec twin = commands.put(command.name(), command);
            if (twin != null) {
                throw new IllegalStateException("command '" + command.name() + "' is in the table twice");
            }
        }
    }

    Collection<CommandSpec> commands() {
        return commands.values();
    }

    @Override
    public Response handle(ClientState client, Request request) {
        if (!client.isAuthenticated() && !isForStrangers(request)) {
            return new Response.Immediate(new Reply.Failure("NOAUTH Authentication required."));
        }
        Optional<OpenTransaction> open = client.transaction();
        return open.isEmpty() ? handleNow(client, request) : queue(open.get(), client, request);
    }

    private boolean isForStrangers(Request request) {
        CommandSpec command = commands.get(request.name().toLowerCase(Locale.ROOT));
        return command != null && command.flags().contains(CommandSpec.Flag.NO_AUTH);
    }

    /** Between MULTI and EXEC: what acts on keys is put aside, and what is wrong with it makes EXEC refuse. */
    private Response queue(OpenTransaction open, ClientState client, Request request) {
        CommandSpec command = commands.get(request.name().toLowerCase(Locale.ROOT));
        if (command != null && command.endsTransaction()) {
            return handleNow(client, request);
        }
        if (command == null || command.actsOnKeys()) {
            return open.add(handleNow(client, request));
        }
        return open.add(CommandSpec.error("'" + command.name() + "' is not allowed inside a transaction"));
    }

    private Response handleNow(ClientState client, Request request) {
        CommandSpec command = commands.get(request.name().toLowerCase(Locale.ROOT));
        if (command == null) {
            return unknown(request);
        }
        String path = command.name();
        if (!command.subcommands().isEmpty() && request.size() > 1) {
            CommandSpec subcommand = subcommand(command, request.arg(1).utf8());
            if (subcommand == null && request.arg(1).equalsIgnoreCase("HELP")) {
                return new Response.Immediate(help(command));
            }
            if (subcommand == null) {
                return CommandSpec.error(
                        "unknown subcommand '" + beginning(request.arg(1).utf8()) + "'. Try "
                                + command.name().toUpperCase(Locale.ROOT) + " HELP.");
            }
            path = CommandSpec.path(command, subcommand);
            command = subcommand;
        }
        if (!command.accepts(request.size())) {
            return wrongArity(path);
        }
        Response tooLong = checkKeys(command.keys(), request);
        return tooLong != null ? tooLong : command.handler().handle(client, request);
    }

    private static @Nullable CommandSpec subcommand(CommandSpec group, String name) {
        for (CommandSpec subcommand : group.subcommands()) {
            if (subcommand.name().equalsIgnoreCase(name)) {
                return subcommand;
            }
        }
        return null;
    }

    /** The subcommands, as Redis lists them. */
    private static Reply help(CommandSpec group) {
        String name = group.name().toUpperCase(Locale.ROOT);
        List<Reply> lines = new ArrayList<>();
        lines.add(new Reply.Simple(name + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"));
        for (CommandSpec subcommand : group.subcommands()) {
            lines.add(new Reply.Simple(subcommand.name().toUpperCase(Locale.ROOT)));
        }
        lines.add(new Reply.Simple("HELP"));
        return new Reply.Array(lines);
    }

    private static @Nullable Response checkKeys(Keys keys, Request request) {
        if (keys.first() == 0) {
            return null;
        }
        int last = keys.last() < 0 ? request.size() + keys.last() : keys.last();
        for (int i = keys.first(); i <= last; i += keys.step()) {
            int length = request.arg(i).length();
            if (length > Limits.MAX_KEY_BYTES) {
                return CommandSpec.error(
                        "key of " + length + " bytes is larger than the limit of " + Limits.MAX_KEY_BYTES + " bytes");
            }
        }
        return null;
    }

    private static Response unknown(Request request) {
        String name = request.name();
        if (name.equalsIgnoreCase("POST") || name.equalsIgnoreCase("HOST:")) {
            // A browser that was talked into sending a form here: lines of its body must not be taken for commands.
            return new Response.Last(Reply.error("Protocol error: this is not an HTTP server"));
        }
        StringBuilder args = new StringBuilder();
        for (int i = 1; i < request.size() && args.length() < MAX_REPEATED_CHARACTERS; i++) {
            args.append('\'').append(beginning(request.arg(i).utf8())).append("' ");
        }
        return CommandSpec.error("unknown command '" + beginning(name) + "', with args beginning with: " + args);
    }

    static Response wrongArity(String path) {
        return CommandSpec.error("wrong number of arguments for '" + path + "' command");
    }

    private static String beginning(String text) {
        return text.length() <= MAX_REPEATED_CHARACTERS ? text : text.substring(0, MAX_REPEATED_CHARACTERS);
    }
}
