package io.pecanraft.examples.kv.store;

import io.pecanraft.examples.kv.store.Operation.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Carries out operations on the map. Error texts are those that Redis clients know. */
final class KeyValueStore {

    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String OVERFLOW = "ERR increment or decrement would overflow";
    static final String TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

    private final SnapshotableMap map;

    KeyValueStore(SnapshotableMap map) {
        this.map = map;
    }

    Result execute(Operation operation) {
        if (operation instanceof Operation.Write write) {
            return change(write);
        }
        return look((Operation.Read) operation);
    }

    Result look(Operation.Read operation) {
        if (operation instanceof Operation.Get get) {
            return valueOrAbsent(map.get(get.key()));
        } else if (operation instanceof Operation.GetAll all) {
            long bytes = resultBytes(all);
            if (bytes > Limits.MAX_READ_BYTES) {
                return new Result.Refused("ERR reply of " + bytes + " bytes is larger than the limit of "
                        + Limits.MAX_READ_BYTES + " bytes; ask for fewer keys at once");
            }
            List<Optional<Bytes>> values = new ArrayList<>(all.keys().size());
            for (Bytes key : all.keys()) {
                values.add(Optional.ofNullable(map.get(key)));
            }
            return new Result.Values(values);
        } else if (operation instanceof Operation.Exists exists) {
            return new Result.Int(
                    exists.keys().stream().filter(key -> map.get(key) != null).count());
        } else if (operation instanceof Operation.Length length) {
            Bytes value = map.get(length.key());
            return new Result.Int(value == null ? 0 : value.length());
        } else if (operation instanceof Operation.Count) {
            return new Result.Int(map.size());
        }
        throw new IllegalArgumentException("unknown operation " + operation.getClass());
    }

    private Result change(Operation.Write operation) {
        if (operation instanceof Operation.Set set) {
            return set(set);
        } else if (operation instanceof Operation.SetAll all) {
            for (Operation.Pair pair : all.pairs()) {
                map.put(pair.key(), pair.value());
            }
            return new Result.Done();
        } else if (operation instanceof Operation.Delete delete) {
            return new Result.Int(delete.keys().stream().filter(map::remove).count());
        } else if (operation instanceof Operation.Append append) {
            return append(append);
        } else if (operation instanceof Operation.Increment increment) {
            return increment(increment);
        }
        throw new IllegalArgumentException("unknown operation " + operation.getClass());
    }

    private Result set(Operation.Set set) {
        Bytes old = map.get(set.key());
        boolean happens =
                set.condition() == Condition.ALWAYS || set.condition() == Condition.IF_PRESENT == (old != null);
        if (happens) {
            map.put(set.key(), set.value());
        }
        if (set.returnOld()) {
            return valueOrAbsent(old);
        }
        return happens ? new Result.Done() : new Result.Absent();
    }

    private Result append(Operation.Append append) {
        Bytes old = map.get(append.key());
        Bytes head = old == null ? Bytes.EMPTY : old;
        if (head.length() + (long) append.tail().length() > Limits.MAX_VALUE_BYTES) {
            return new Result.Refused(TOO_LONG);
        }
        Bytes joined = head.concat(append.tail());
        map.put(append.key(), joined);
        return new Result.Int(joined.length());
    }

    private Result increment(Operation.Increment increment) {
        Bytes old = map.get(increment.key());
        OptionalLong value = old == null ? OptionalLong.of(0) : Integers.parse(old);
        if (value.isEmpty()) {
            return new Result.Refused(NOT_AN_INTEGER);
        }
        long sum = value.getAsLong() + increment.delta();
        if (((value.getAsLong() ^ sum) & (increment.delta() ^ sum)) < 0) {
            return new Result.Refused(OVERFLOW);
        }
        map.put(increment.key(), Bytes.of(sum));
        return new Result.Int(sum);
    }

    /** An upper bound of the result's encoded size, known before the operation is carried out. */
    long resultBytes(Operation operation) {
        if (operation instanceof Operation.Get get) {
            return valueBytes(get.key());
        } else if (operation instanceof Operation.GetAll all) {
            long bytes = 1 + Varint.MAX_BYTES;
            for (Bytes key : all.keys()) {
                bytes += valueBytes(key);
            }
            return bytes;
        } else if (operation instanceof Operation.Set set && set.returnOld()) {
            return valueBytes(set.key());
        }
        return SMALL_RESULT_BYTES;
    }

    /** Numbers and our own error texts. */
    private static final int SMALL_RESULT_BYTES = 128;

    private long valueBytes(Bytes key) {
        Bytes value = map.get(key);
        return 1L + Varint.MAX_BYTES + (value == null ? 0 : value.length());
    }

    private static Result valueOrAbsent(@Nullable Bytes value) {
        return value == null ? new Result.Absent() : new Result.Value(value);
    }
}
