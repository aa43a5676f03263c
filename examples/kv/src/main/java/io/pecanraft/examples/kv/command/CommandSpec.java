package io.pecanraft.examples.kv.command;

import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.RequestHandler;
import io.pecanraft.examples.kv.resp.Response;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A row of the table.
 *
 * @param name in lower case
 * @param arity the number of arguments with the name; negative when that many or more
 * @param flags what clients may want to know
 * @param keys which arguments are keys
 * @param subcommands what the first argument may be; empty when it is just an argument
 * @param handler makes the response
 */
record CommandSpec(
        String name, int arity, Set<Flag> flags, Keys keys, List<CommandSpec> subcommands, RequestHandler handler) {

    /** Properties of a command, by the names that COMMAND uses. */
    enum Flag {
        /** May change the map. */
        WRITE,
        /** Only looks at the map. */
        READONLY,
        /** Takes the same time whatever the map holds. */
        FAST,
        /** For operators. */
        ADMIN,
        /** May be said before the password. */
        NO_AUTH,
        /** Is carried out between MULTI and EXEC instead of being put aside. */
        AT_ONCE
    }

    /**
     * The arguments which are keys.
     *
     * @param first the index of the first key; 0 for no keys
     * @param last the index of the last; negative counts from the end
     * @param step the distance from one key to the next
     */
    record Keys(int first, int last, int step) {

        static final Keys NONE = new Keys(0, 0, 0);
        static final Keys FIRST = new Keys(1, 1, 1);
        static final Keys ALL = new Keys(1, -1, 1);
        static final Keys EVERY_OTHER = new Keys(1, -1, 2);
    }

    /** Copies the collections. */
    CommandSpec {
        flags = Set.copyOf(flags);
        subcommands = List.copyOf(subcommands);
    }

    /** A command without keys and subcommands. */
    static CommandSpec plain(String name, int arity, Set<Flag> flags, RequestHandler handler) {
        return new CommandSpec(name, arity, flags, Keys.NONE, List.of(), handler);
    }

    /** A command on keys. */
    static CommandSpec onKeys(String name, int arity, Set<Flag> flags, Keys keys, RequestHandler handler) {
        return new CommandSpec(name, arity, flags, keys, List.of(), handler);
    }

    /** A command that always has a subcommand. */
    static CommandSpec group(String name, Set<Flag> flags, List<CommandSpec> subcommands) {
        return new CommandSpec(name, -2, flags, Keys.NONE, subcommands, (client, request) -> {
            throw new IllegalStateException(name + " has no meaning without a subcommand");
        });
    }

    /** Whether so many arguments, with the name, are right. */
    boolean accepts(int arguments) {
        return arity >= 0 ? arguments == arity : arguments >= -arity;
    }

    /** Whether it reads or changes the map. */
    boolean actsOnKeys() {
        return flags.contains(Flag.WRITE) || flags.contains(Flag.READONLY);
    }

    /** Whether it is about a transaction that is open, or leaves it behind. */
    boolean endsTransaction() {
        return flags.contains(Flag.AT_ONCE);
    }

    /** One of the subcommands, for COMMAND and errors: "client|setname". */
    static String path(CommandSpec group, CommandSpec subcommand) {
        return group.name() + "|" + subcommand.name();
    }

    /** The row as COMMAND shows it. */
    Reply describe() {
        List<Reply> flagNames = flags.stream()
                .filter(flag -> flag != Flag.AT_ONCE) // ours; Redis has the name for the opposite
                .sorted()
                .<Reply>map(flag -> new Reply.Simple(flag.name().toLowerCase(Locale.ROOT)))
                .toList();
        return new Reply.Array(List.of(
                Reply.bulk(name),
                new Reply.Int(arity),
                new Reply.Array(flagNames),
                new Reply.Int(keys.first()),
                new Reply.Int(keys.last()),
                new Reply.Int(keys.step())));
    }

    /** A response with a failure of the general code. */
    static Response error(String sentence) {
        return new Response.Immediate(Reply.error(sentence));
    }
}
