package io.pecanraft.examples.kv.store;

import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.examples.kv.store.Operation.DeadlineCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Carries out operations on the keys. Error texts are those that Redis clients know. */
final class KeyValueStore {

    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String OVERFLOW = "ERR increment or decrement would overflow";
    static final String TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

    private static final long NO_DEADLINE = -1;
    private static final long NO_VALUE = -2;

    private final Keyspace keys;
    private final ServerDirectory servers;
    private final ResultBounds bounds;

    KeyValueStore(Keyspace keys, ServerDirectory servers) {
        this.keys = keys;
        this.servers = servers;
        this.bounds = new ResultBounds(keys);
    }

    /** An upper bound of the result's encoded size, known before the operation is carried out. */
    long resultBytes(Operation operation) {
        return bounds.of(operation);
    }

    Result execute(Operation operation) {
        if (operation instanceof Operation.Write write) {
            return change(write);
        }
        return look((Operation.Read) operation);
    }

    private Result look(Operation.Read operation) {
        if (operation instanceof Operation.Get get) {
            return valueOrAbsent(keys.get(get.key()));
        } else if (operation instanceof Operation.GetAll all) {
            return getAll(all);
        } else if (operation instanceof Operation.Exists exists) {
            return new Result.Int(
                    exists.keys().stream().filter(key -> keys.get(key) != null).count());
        } else if (operation instanceof Operation.Length length) {
            Bytes value = keys.get(length.key());
            return new Result.Int(value == null ? 0 : value.length());
        } else if (operation instanceof Operation.Count) {
            return new Result.Int(keys.size());
        } else if (operation instanceof Operation.TimeToLive ttl) {
            return timeToLive(ttl.key());
        } else if (operation instanceof Operation.Keys wanted) {
            return allKeys(wanted);
        } else if (operation instanceof Operation.Scan scan) {
            return scan(scan);
        }
        throw new IllegalArgumentException("unknown operation " + operation.getClass());
    }

    private Result getAll(Operation.GetAll all) {
        long bytes = resultBytes(all);
        if (bytes > Limits.MAX_READ_BYTES) {
            return tooLarge(bytes, "ask for fewer keys at once");
        }
        List<Optional<Bytes>> values = new ArrayList<>(all.keys().size());
        for (Bytes key : all.keys()) {
            values.add(Optional.ofNullable(keys.get(key)));
        }
        return new Result.Values(values);
    }

    private static Result tooLarge(long bytes, String advice) {
        return new Result.Refused("ERR reply of " + bytes + " bytes is larger than the limit of "
                + Limits.MAX_READ_BYTES + " bytes; " + advice);
    }

    private Result timeToLive(Bytes key) {
        if (keys.get(key) == null) {
            return new Result.Int(NO_VALUE);
        }
        Long deadline = keys.deadline(key);
        return new Result.Int(deadline == null ? NO_DEADLINE : deadline - keys.nowMillis());
    }

    private Result allKeys(Operation.Keys wanted) {
        Glob glob = new Glob(wanted.pattern());
        List<Optional<Bytes>> found = new ArrayList<>();
        long[] bytes = {0};
        keys.scan(0, key -> {
            if (glob.matches(key)) {
                bytes[0] += key.framedSize();
                found.add(Optional.of(key));
            }
            return bytes[0] <= Limits.MAX_READ_BYTES;
        });
        return bytes[0] <= Limits.MAX_READ_BYTES
                ? new Result.Values(found)
                : tooLarge(bytes[0], "use SCAN, which answers a part at a time");
    }

    private Result scan(Operation.Scan scan) {
        ScanStep step = new ScanStep(new Glob(scan.pattern()), scan.count());
        keys.scan(scan.cursor(), step::take);
        return step.bytes() <= Limits.MAX_READ_BYTES
                ? new Result.Page(step.next(), step.found())
                : tooLarge(step.bytes(), "there are too many keys of one hash code");
    }

    private Result change(Operation.Write operation) {
        if (operation instanceof Operation.Set set) {
            return set(set);
        } else if (operation instanceof Operation.SetAll all) {
            for (Operation.Pair pair : all.pairs()) {
                keys.put(pair.key(), pair.value(), new Expiry.Never());
            }
            return new Result.Done();
        } else if (operation instanceof Operation.Delete delete) {
            return new Result.Int(delete.keys().stream().filter(keys::remove).count());
        } else if (operation instanceof Operation.Append append) {
            return append(append);
        } else if (operation instanceof Operation.Increment increment) {
            return increment(increment);
        } else if (operation instanceof Operation.TakeOut takeOut) {
            Bytes value = keys.get(takeOut.key());
            keys.remove(takeOut.key());
            return valueOrAbsent(value);
        } else if (operation instanceof Operation.GetAndExpire get) {
            return getAndExpire(get);
        } else if (operation instanceof Operation.Expire expire) {
            return expire(expire);
        } else if (operation instanceof Operation.Persist persist) {
            return persist(persist.key());
        } else if (operation instanceof Operation.Clear) {
            keys.clear();
            return new Result.Done();
        } else if (operation instanceof Operation.Tick) {
            keys.sweep(Limits.TICK_SWEEP);
            return new Result.Done();
        } else if (operation instanceof Operation.Announce announce) {
            return servers.announce(announce)
                    ? new Result.Done()
                    : new Result.Refused("ERR more than " + Limits.MAX_SERVERS + " servers, or an address of more than "
                            + Limits.MAX_ADDRESS_BYTES + " bytes");
        } else if (operation instanceof Operation.Transaction transaction) {
            return transaction(transaction);
        }
        throw new IllegalArgumentException("unknown operation " + operation.getClass());
    }

    private Result set(Operation.Set set) {
        Bytes old = keys.get(set.key());
        boolean happens =
                set.condition() == Condition.ALWAYS || set.condition() == Condition.IF_PRESENT == (old != null);
        if (happens) {
            keys.put(set.key(), set.value(), set.expiry());
        }
        if (set.returnOld()) {
            return valueOrAbsent(old);
        }
        return happens ? new Result.Done() : new Result.Absent();
    }

    private Result append(Operation.Append append) {
        Bytes old = keys.get(append.key());
        Bytes head = old == null ? Bytes.EMPTY : old;
        if (head.length() + (long) append.tail().length() > Limits.MAX_VALUE_BYTES) {
            return new Result.Refused(TOO_LONG);
        }
        Bytes joined = head.concat(append.tail());
        keys.put(append.key(), joined, new Expiry.Keep());
        return new Result.Int(joined.length());
    }

    private Result increment(Operation.Increment increment) {
        Bytes old = keys.get(increment.key());
        OptionalLong value = old == null ? OptionalLong.of(0) : Integers.parse(old);
        if (value.isEmpty()) {
            return new Result.Refused(NOT_AN_INTEGER);
        }
        long sum = value.getAsLong() + increment.delta();
        if (((value.getAsLong() ^ sum) & (increment.delta() ^ sum)) < 0) {
            return new Result.Refused(OVERFLOW);
        }
        keys.put(increment.key(), Bytes.of(sum), new Expiry.Keep());
        return new Result.Int(sum);
    }

    private Result getAndExpire(Operation.GetAndExpire get) {
        Bytes value = keys.get(get.key());
        if (value != null) {
            keys.put(get.key(), value, get.expiry());
        }
        return valueOrAbsent(value);
    }

    private Result expire(Operation.Expire expire) {
        Bytes key = expire.key();
        Long before = keys.deadline(key);
        long after = keys.nowMillis() + Math.max(expire.ttlMillis(), 0);
        if (keys.get(key) == null || !holds(expire.condition(), before, after)) {
            return new Result.Int(0);
        }
        if (expire.ttlMillis() <= 0) {
            keys.remove(key);
        } else {
            keys.expireAt(key, after);
        }
        return new Result.Int(1);
    }

    private Result persist(Bytes key) {
        if (keys.deadline(key) == null) {
            return new Result.Int(0);
        }
        keys.expireAt(key, null);
        return new Result.Int(1);
    }

    private static boolean holds(DeadlineCondition condition, @Nullable Long before, long after) {
        return switch (condition) {
            case ALWAYS -> true;
            case IF_NONE -> before == null;
            case IF_SOME -> before != null;
            case IF_LATER -> before != null && after > before;
            case IF_EARLIER -> before == null || after < before;
        };
    }

    private Result transaction(Operation.Transaction transaction) {
        long bytes = resultBytes(transaction);
        if (bytes > Limits.MAX_TRANSACTION_RESULT_BYTES) {
            return new Result.Refused("EXECABORT Transaction discarded: its replies could take " + bytes
                    + " bytes, the limit is " + Limits.MAX_TRANSACTION_RESULT_BYTES);
        }
        return new Result.All(
                transaction.operations().stream().map(this::execute).toList());
    }

    private static Result valueOrAbsent(@Nullable Bytes value) {
        return value == null ? new Result.Absent() : new Result.Value(value);
    }
}
