package io.pecanraft.examples.kv.command;

import static io.pecanraft.examples.kv.command.CommandSpec.error;

import io.pecanraft.examples.kv.command.CommandSpec.Flag;
import io.pecanraft.examples.kv.command.CommandSpec.Keys;
import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Expiry;
import io.pecanraft.examples.kv.store.Integers;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.examples.kv.store.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Commands on the map. Each becomes one operation; what it means is decided by the state machine. */
final class StringCommands {

    static final String NOT_AN_INTEGER = "value is not an integer or out of range";

    private StringCommands() {}

    static List<CommandSpec> all() {
        Set<Flag> read = Set.of(Flag.READONLY, Flag.FAST);
        Set<Flag> write = Set.of(Flag.WRITE);
        return List.of(
                CommandSpec.onKeys("get", 2, read, Keys.FIRST, StringCommands::get),
                CommandSpec.onKeys("mget", -2, read, Keys.ALL, StringCommands::mget),
                CommandSpec.onKeys("exists", -2, read, Keys.ALL, StringCommands::exists),
                CommandSpec.onKeys("strlen", 2, read, Keys.FIRST, StringCommands::strlen),
                CommandSpec.onKeys("set", -3, write, Keys.FIRST, StringCommands::set),
                CommandSpec.onKeys("mset", -3, write, Keys.EVERY_OTHER, StringCommands::mset),
                CommandSpec.onKeys("setnx", 3, write, Keys.FIRST, StringCommands::setnx),
                CommandSpec.onKeys("setex", 4, write, Keys.FIRST, (client, request) -> setex(request, "setex", "EX")),
                CommandSpec.onKeys("psetex", 4, write, Keys.FIRST, (client, request) -> setex(request, "psetex", "PX")),
                CommandSpec.onKeys("getset", 3, write, Keys.FIRST, StringCommands::getset),
                CommandSpec.onKeys("getdel", 2, write, Keys.FIRST, StringCommands::getdel),
                CommandSpec.onKeys("getex", -2, write, Keys.FIRST, StringCommands::getex),
                CommandSpec.onKeys("del", -2, write, Keys.ALL, StringCommands::del),
                CommandSpec.onKeys("unlink", -2, write, Keys.ALL, StringCommands::del),
                CommandSpec.onKeys("append", 3, write, Keys.FIRST, StringCommands::append),
                CommandSpec.onKeys("incr", 2, write, Keys.FIRST, (client, request) -> add(request, 1)),
                CommandSpec.onKeys("decr", 2, write, Keys.FIRST, (client, request) -> add(request, -1)),
                CommandSpec.onKeys("incrby", 3, write, Keys.FIRST, StringCommands::incrBy),
                CommandSpec.onKeys("decrby", 3, write, Keys.FIRST, StringCommands::decrBy));
    }

    private static Response get(ClientState client, Request request) {
        return replicated(new Operation.Get(request.arg(1)));
    }

    private static Response mget(ClientState client, Request request) {
        return replicated(new Operation.GetAll(tail(request)));
    }

    private static Response exists(ClientState client, Request request) {
        return replicated(new Operation.Exists(tail(request)));
    }

    private static Response strlen(ClientState client, Request request) {
        return replicated(new Operation.Length(request.arg(1)));
    }

    private static Response set(ClientState client, Request request) {
        Condition condition = Condition.ALWAYS;
        boolean returnOld = false;
        TtlOptions ttl = new TtlOptions("set");
        for (int i = 3; i < request.size(); i++) {
            Bytes option = request.arg(i);
            if (option.equalsIgnoreCase("GET")) {
                returnOld = true;
            } else if (option.equalsIgnoreCase("NX") && condition != Condition.IF_PRESENT) {
                condition = Condition.IF_ABSENT;
            } else if (option.equalsIgnoreCase("XX") && condition != Condition.IF_ABSENT) {
                condition = Condition.IF_PRESENT;
            } else if (option.equalsIgnoreCase("KEEPTTL") && ttl.isUnset()) {
                ttl.set(new Expiry.Keep());
            } else {
                i = ttl.read(request, i);
            }
        }
        if (ttl.error().isPresent()) {
            return error(ttl.error().get());
        }
        Expiry expiry = ttl.expiry().orElse(new Expiry.Never());
        return replicated(new Operation.Set(request.arg(1), request.arg(2), condition, returnOld, expiry));
    }

    private static Response setnx(ClientState client, Request request) {
        Operation set = new Operation.Set(request.arg(1), request.arg(2), Condition.IF_ABSENT, false);
        return new Response.Replicated(set, result -> new Reply.Int(result instanceof Result.Done ? 1 : 0));
    }

    private static Response setex(Request request, String name, String unit) {
        TtlOptions ttl = new TtlOptions(name);
        ttl.read(Bytes.of(unit), request.arg(2));
        return ttl.error().isPresent()
                ? error(ttl.error().get())
                : replicated(new Operation.Set(
                        request.arg(1),
                        request.arg(3),
                        Condition.ALWAYS,
                        false,
                        ttl.expiry().orElseThrow()));
    }

    private static Response getset(ClientState client, Request request) {
        return replicated(new Operation.Set(request.arg(1), request.arg(2), Condition.ALWAYS, true));
    }

    private static Response getdel(ClientState client, Request request) {
        return replicated(new Operation.TakeOut(request.arg(1)));
    }

    private static Response getex(ClientState client, Request request) {
        TtlOptions ttl = new TtlOptions("getex");
        for (int i = 2; i < request.size(); i++) {
            if (request.arg(i).equalsIgnoreCase("PERSIST") && ttl.isUnset()) {
                ttl.set(new Expiry.Never());
            } else {
                i = ttl.read(request, i);
            }
        }
        if (ttl.error().isPresent()) {
            return error(ttl.error().get());
        }
        return replicated(ttl.expiry()
                .<Operation>map(expiry -> new Operation.GetAndExpire(request.arg(1), expiry))
                .orElseGet(() -> new Operation.Get(request.arg(1))));
    }

    private static Response mset(ClientState client, Request request) {
        if (request.size() % 2 == 0) {
            return CommandTable.wrongArity("mset");
        }
        List<Operation.Pair> pairs = new ArrayList<>(request.size() / 2);
        for (int i = 1; i < request.size(); i += 2) {
            pairs.add(new Operation.Pair(request.arg(i), request.arg(i + 1)));
        }
        return replicated(new Operation.SetAll(pairs));
    }

    private static Response del(ClientState client, Request request) {
        return replicated(new Operation.Delete(tail(request)));
    }

    private static Response append(ClientState client, Request request) {
        return replicated(new Operation.Append(request.arg(1), request.arg(2)));
    }

    private static Response incrBy(ClientState client, Request request) {
        OptionalLong delta = Integers.parse(request.arg(2));
        return delta.isPresent() ? add(request, delta.getAsLong()) : error(NOT_AN_INTEGER);
    }

    private static Response decrBy(ClientState client, Request request) {
        OptionalLong delta = Integers.parse(request.arg(2));
        if (delta.isEmpty()) {
            return error(NOT_AN_INTEGER);
        }
        return delta.getAsLong() == Long.MIN_VALUE
                ? error("decrement would overflow")
                : add(request, -delta.getAsLong());
    }

    private static Response add(Request request, long delta) {
        return replicated(new Operation.Increment(request.arg(1), delta));
    }

    static List<Bytes> tail(Request request) {
        return request.args().subList(1, request.size());
    }

    static Response replicated(Operation operation) {
        return new Response.Replicated(operation, StringCommands::toReply);
    }

    private static Reply toReply(Result result) {
        if (result instanceof Result.Done) {
            return Reply.OK;
        } else if (result instanceof Result.Absent) {
            return Reply.NULL;
        } else if (result instanceof Result.Int number) {
            return new Reply.Int(number.value());
        } else if (result instanceof Result.Value value) {
            return new Reply.Bulk(value.value());
        } else if (result instanceof Result.Values values) {
            return new Reply.Array(values.values().stream()
                    .map(value -> value.<Reply>map(Reply.Bulk::new).orElse(Reply.NULL))
                    .toList());
        }
        throw new IllegalArgumentException("no reply for " + result.getClass());
    }
}
