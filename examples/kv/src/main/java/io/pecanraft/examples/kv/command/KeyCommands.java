package io.pecanraft.examples.kv.command;

import static io.pecanraft.examples.kv.command.CommandSpec.error;
import static io.pecanraft.examples.kv.command.StringCommands.replicated;

import io.pecanraft.examples.kv.command.CommandSpec.Flag;
import io.pecanraft.examples.kv.command.CommandSpec.Keys;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Integers;
import io.pecanraft.examples.kv.store.Limits;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.Operation.DeadlineCondition;
import io.pecanraft.examples.kv.store.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Commands on keys, whatever their value: how long they live, which there are. */
final class KeyCommands {

    private static final long MILLIS_PER_SECOND = 1_000;
    private static final Bytes EVERYTHING = Bytes.of("*");
    private static final int DEFAULT_COUNT = 10;
    private static final long MAX_CURSOR = 0xffff_ffffL;

    private KeyCommands() {}

    static List<CommandSpec> all() {
        Set<Flag> read = Set.of(Flag.READONLY, Flag.FAST);
        Set<Flag> slow = Set.of(Flag.READONLY);
        Set<Flag> write = Set.of(Flag.WRITE);
        List<CommandSpec> all = new ArrayList<>(List.of(
                CommandSpec.onKeys("expire", -3, write, Keys.FIRST, (client, request) -> expire(request, true)),
                CommandSpec.onKeys("pexpire", -3, write, Keys.FIRST, (client, request) -> expire(request, false)),
                CommandSpec.onKeys("persist", 2, write, Keys.FIRST, KeyCommands::persist),
                CommandSpec.onKeys("ttl", 2, read, Keys.FIRST, (client, request) -> ttl(request, MILLIS_PER_SECOND)),
                CommandSpec.onKeys("pttl", 2, read, Keys.FIRST, (client, request) -> ttl(request, 1)),
                CommandSpec.onKeys("type", 2, read, Keys.FIRST, KeyCommands::type),
                CommandSpec.plain("dbsize", 1, read, (client, request) -> replicated(new Operation.Count())),
                CommandSpec.plain("keys", 2, slow, KeyCommands::keys),
                CommandSpec.plain("scan", -2, slow, KeyCommands::scan),
                CommandSpec.plain("flushall", -1, write, KeyCommands::flush),
                CommandSpec.plain("flushdb", -1, write, KeyCommands::flush)));
        for (String name : List.of("expireat", "pexpireat")) {
            all.add(CommandSpec.onKeys(name, -3, write, Keys.FIRST, KeyCommands::byTheWallClock));
        }
        for (String name : List.of("expiretime", "pexpiretime")) {
            all.add(CommandSpec.onKeys(name, 2, read, Keys.FIRST, KeyCommands::byTheWallClock));
        }
        return all;
    }

    private static Response byTheWallClock(ClientState client, Request request) {
        return error(request.name() + " is not supported: " + TtlOptions.NO_WALL_CLOCK);
    }

    private static Response expire(Request request, boolean seconds) {
        OptionalLong amount = Integers.parse(request.arg(2));
        if (amount.isEmpty()) {
            return error(StringCommands.NOT_AN_INTEGER);
        }
        OptionalLong millis = TtlOptions.millis(amount.getAsLong(), seconds);
        if (millis.isEmpty()) {
            return error(TtlOptions.invalid(seconds ? "expire" : "pexpire"));
        }
        boolean withXx = request.size() == 5 && request.arg(3).equalsIgnoreCase("XX");
        if (withXx && request.arg(4).equalsIgnoreCase("LT")) {
            return error("XX and LT together are not supported");
        }
        // XX adds nothing to GT: no deadline is later than none.
        boolean xxAndGt = withXx && request.arg(4).equalsIgnoreCase("GT");
        if (request.size() > 4 && !xxAndGt) {
            return error("NX and XX, GT or LT options at the same time are not compatible");
        }
        DeadlineCondition condition = DeadlineCondition.ALWAYS;
        if (request.size() > 3) {
            Bytes option = request.arg(xxAndGt ? 4 : 3);
            if (option.equalsIgnoreCase("NX")) {
                condition = DeadlineCondition.IF_NONE;
            } else if (option.equalsIgnoreCase("XX")) {
                condition = DeadlineCondition.IF_SOME;
            } else if (option.equalsIgnoreCase("GT")) {
                condition = DeadlineCondition.IF_LATER;
            } else if (option.equalsIgnoreCase("LT")) {
                condition = DeadlineCondition.IF_EARLIER;
            } else {
                return error("Unsupported option " + option.utf8());
            }
        }
        return replicated(new Operation.Expire(request.arg(1), millis.getAsLong(), condition));
    }

    private static Response persist(ClientState client, Request request) {
        return replicated(new Operation.Persist(request.arg(1)));
    }

    /** Rounded as Redis rounds: half a second and more is a second. */
    private static Response ttl(Request request, long unitMillis) {
        return new Response.Replicated(new Operation.TimeToLive(request.arg(1)), result -> {
            long millis = ((Result.Int) result).value();
            return new Reply.Int(millis < 0 ? millis : (millis + unitMillis / 2) / unitMillis);
        });
    }

    private static Response type(ClientState client, Request request) {
        return new Response.Replicated(
                new Operation.Exists(List.of(request.arg(1))),
                result -> new Reply.Simple(result.equals(new Result.Int(0)) ? "none" : "string"));
    }

    private static Response keys(ClientState client, Request request) {
        Bytes pattern = request.arg(1);
        return isTooLong(pattern) ? tooLong(pattern) : replicated(new Operation.Keys(pattern));
    }

    private static boolean isTooLong(Bytes pattern) {
        return pattern.length() > Limits.MAX_PATTERN_BYTES;
    }

    private static Response tooLong(Bytes pattern) {
        return error("pattern of " + pattern.length() + " bytes is larger than the limit of " + Limits.MAX_PATTERN_BYTES
                + " bytes");
    }

    /** SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]. */
    private static Response scan(ClientState client, Request request) {
        OptionalLong cursor = Integers.parse(request.arg(1));
        if (cursor.isEmpty() || cursor.getAsLong() < 0 || cursor.getAsLong() > MAX_CURSOR) {
            return error("invalid cursor");
        }
        Bytes pattern = EVERYTHING;
        long count = DEFAULT_COUNT;
        boolean strings = true;
        if (request.size() % 2 != 0) {
            return error("syntax error");
        }
        for (int i = 2; i < request.size(); i += 2) {
            Bytes option = request.arg(i);
            Bytes argument = request.arg(i + 1);
            if (option.equalsIgnoreCase("MATCH")) {
                pattern = argument;
            } else if (option.equalsIgnoreCase("COUNT")) {
                OptionalLong number = Integers.parse(argument);
                if (number.isEmpty()) {
                    return error(StringCommands.NOT_AN_INTEGER);
                }
                count = number.getAsLong();
            } else if (option.equalsIgnoreCase("TYPE")) {
                strings = argument.equalsIgnoreCase("string");
            } else {
                return error("syntax error");
            }
        }
        if (count < 1) {
            return error("syntax error");
        }
        if (isTooLong(pattern)) {
            return tooLong(pattern);
        }
        boolean shown = strings;
        int most = (int) Math.min(count, Limits.MAX_SCAN_COUNT);
        return new Response.Replicated(
                new Operation.Scan((int) cursor.getAsLong(), pattern, most), result -> page(result, shown));
    }

    private static Reply page(Result result, boolean shown) {
        Result.Page page = (Result.Page) result;
        List<Reply> keys =
                shown ? page.keys().stream().<Reply>map(Reply.Bulk::new).toList() : List.of();
        return new Reply.Array(
                List.of(new Reply.Bulk(Bytes.of(Integer.toUnsignedLong(page.next()))), new Reply.Array(keys)));
    }

    /** ASYNC and SYNC are the same here: what was there is dropped at once, and freed by the garbage collector. */
    private static Response flush(ClientState client, Request request) {
        boolean known = request.size() == 1
                || request.size() == 2
                        && (request.arg(1).equalsIgnoreCase("ASYNC")
                                || request.arg(1).equalsIgnoreCase("SYNC"));
        return known ? replicated(new Operation.Clear()) : error("syntax error");
    }
}
