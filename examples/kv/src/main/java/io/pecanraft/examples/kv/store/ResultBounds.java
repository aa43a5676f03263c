package io.pecanraft.examples.kv.store;

import java.util.HashMap;
import java.util.Map;

/** How large the result of an operation can be, known before it is carried out. Depends on the state alone. */
final class ResultBounds {

    /** Numbers and our own error texts. */
    private static final int SMALL_BYTES = 160;

    /** A number that INCR makes. */
    private static final int NUMBER_BYTES = 20;

    private final Keyspace keys;

    ResultBounds(Keyspace keys) {
        this.keys = keys;
    }

    /** An upper bound of the result's encoded size. */
    long of(Operation operation) {
        if (operation instanceof Operation.Transaction transaction) {
            return transaction(transaction);
        }
        return of(operation, Map.of());
    }

    /** What a transaction has written to a key may come back in full, each time that it is asked for. */
    private long transaction(Operation.Transaction transaction) {
        Map<Bytes, Long> written = new HashMap<>();
        long bytes = 1 + Varint.MAX_BYTES;
        for (Operation operation : transaction.operations()) {
            bytes += of(operation, written);
            noteWrites(operation, written);
        }
        return bytes;
    }

    private static void noteWrites(Operation operation, Map<Bytes, Long> written) {
        if (operation instanceof Operation.Set set) {
            written.merge(set.key(), (long) set.value().length(), Long::sum);
        } else if (operation instanceof Operation.SetAll all) {
            all.pairs()
                    .forEach(pair ->
                            written.merge(pair.key(), (long) pair.value().length(), Long::sum));
        } else if (operation instanceof Operation.Append append) {
            written.merge(append.key(), (long) append.tail().length(), Long::sum);
        } else if (operation instanceof Operation.Increment increment) {
            written.merge(increment.key(), (long) NUMBER_BYTES, Long::sum);
        }
    }

    private long of(Operation operation, Map<Bytes, Long> written) {
        if (operation instanceof Operation.Get get) {
            return value(get.key(), written);
        } else if (operation instanceof Operation.GetAll all) {
            long bytes = 1 + Varint.MAX_BYTES;
            for (Bytes key : all.keys()) {
                bytes += value(key, written);
            }
            return bytes;
        } else if (operation instanceof Operation.Set set && set.returnOld()) {
            return value(set.key(), written);
        } else if (operation instanceof Operation.TakeOut takeOut) {
            return value(takeOut.key(), written);
        } else if (operation instanceof Operation.GetAndExpire get) {
            return value(get.key(), written);
        } else if (operation instanceof Operation.Keys || operation instanceof Operation.Scan) {
            long added = written.keySet().stream().mapToLong(Bytes::framedSize).sum();
            return SMALL_BYTES + keys.keyBytes() + added;
        }
        return SMALL_BYTES;
    }

    private long value(Bytes key, Map<Bytes, Long> written) {
        Bytes value = keys.get(key);
        return 1L + Varint.MAX_BYTES + (value == null ? 0 : value.length()) + written.getOrDefault(key, 0L);
    }
}
