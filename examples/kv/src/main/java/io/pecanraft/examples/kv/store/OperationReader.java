package io.pecanraft.examples.kv.store;

import static io.pecanraft.examples.kv.store.OperationCodec.AFTER;
import static io.pecanraft.examples.kv.store.OperationCodec.ALWAYS;
import static io.pecanraft.examples.kv.store.OperationCodec.ANNOUNCE;
import static io.pecanraft.examples.kv.store.OperationCodec.APPEND;
import static io.pecanraft.examples.kv.store.OperationCodec.CLEAR;
import static io.pecanraft.examples.kv.store.OperationCodec.COUNT;
import static io.pecanraft.examples.kv.store.OperationCodec.DEADLINE_CONDITIONS;
import static io.pecanraft.examples.kv.store.OperationCodec.DELETE;
import static io.pecanraft.examples.kv.store.OperationCodec.EXISTS;
import static io.pecanraft.examples.kv.store.OperationCodec.EXPIRE;
import static io.pecanraft.examples.kv.store.OperationCodec.GET;
import static io.pecanraft.examples.kv.store.OperationCodec.GET_ALL;
import static io.pecanraft.examples.kv.store.OperationCodec.GET_AND_EXPIRE;
import static io.pecanraft.examples.kv.store.OperationCodec.IF_ABSENT;
import static io.pecanraft.examples.kv.store.OperationCodec.IF_PRESENT;
import static io.pecanraft.examples.kv.store.OperationCodec.INCREMENT;
import static io.pecanraft.examples.kv.store.OperationCodec.KEEP;
import static io.pecanraft.examples.kv.store.OperationCodec.KEYS;
import static io.pecanraft.examples.kv.store.OperationCodec.LENGTH;
import static io.pecanraft.examples.kv.store.OperationCodec.NEVER;
import static io.pecanraft.examples.kv.store.OperationCodec.PERSIST;
import static io.pecanraft.examples.kv.store.OperationCodec.RETURN_OLD_BIT;
import static io.pecanraft.examples.kv.store.OperationCodec.SCAN;
import static io.pecanraft.examples.kv.store.OperationCodec.SET;
import static io.pecanraft.examples.kv.store.OperationCodec.SET_ALL;
import static io.pecanraft.examples.kv.store.OperationCodec.SET_EXPIRING;
import static io.pecanraft.examples.kv.store.OperationCodec.TAKE_OUT;
import static io.pecanraft.examples.kv.store.OperationCodec.TICK;
import static io.pecanraft.examples.kv.store.OperationCodec.TRANSACTION;
import static io.pecanraft.examples.kv.store.OperationCodec.TTL;
import static io.pecanraft.examples.kv.store.OperationCodec.WITH_EXPIRY;

import io.pecanraft.examples.kv.store.Operation.Condition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link OperationCodec} has written, and believes no length further than there are bytes. */
final class OperationReader {

    private OperationReader() {}

    /** The next operation of a command of this version. */
    static Operation read(ByteBuffer in, int version) {
        byte code = in.get();
        if (code > COUNT && version < WITH_EXPIRY) {
            throw new IllegalArgumentException("unknown operation " + code);
        }
        return switch (code) {
            case SET -> readSet(in, false);
            case SET_ALL -> readSetAll(in);
            case DELETE -> new Operation.Delete(readList(in));
            case APPEND -> new Operation.Append(Bytes.readFramed(in), Bytes.readFramed(in));
            case INCREMENT -> new Operation.Increment(Bytes.readFramed(in), in.getLong());
            case GET -> new Operation.Get(Bytes.readFramed(in));
            case GET_ALL -> new Operation.GetAll(readList(in));
            case EXISTS -> new Operation.Exists(readList(in));
            case LENGTH -> new Operation.Length(Bytes.readFramed(in));
            case COUNT -> new Operation.Count();
            case SET_EXPIRING -> readSet(in, true);
            case TAKE_OUT -> new Operation.TakeOut(Bytes.readFramed(in));
            case GET_AND_EXPIRE -> new Operation.GetAndExpire(Bytes.readFramed(in), readExpiry(in));
            case EXPIRE -> readExpire(in);
            case PERSIST -> new Operation.Persist(Bytes.readFramed(in));
            case CLEAR -> new Operation.Clear();
            case TICK -> new Operation.Tick();
            case TRANSACTION -> readTransaction(in, version);
            case TTL -> new Operation.TimeToLive(Bytes.readFramed(in));
            case KEYS -> new Operation.Keys(Bytes.readFramed(in));
            case SCAN -> readScan(in);
            case ANNOUNCE -> new Operation.Announce(Bytes.readFramed(in), Bytes.readFramed(in), Bytes.readFramed(in));
            default -> throw new IllegalArgumentException("unknown operation " + code);
        };
    }

    private static Expiry readExpiry(ByteBuffer in) {
        byte code = in.get();
        return switch (code) {
            case NEVER -> new Expiry.Never();
            case KEEP -> new Expiry.Keep();
            case AFTER -> new Expiry.After(in.getLong());
            default -> throw new IllegalArgumentException("unknown expiry " + code);
        };
    }

    private static Operation readExpire(ByteBuffer in) {
        int condition = in.get();
        if (condition < 0 || condition >= DEADLINE_CONDITIONS.size()) {
            throw new IllegalArgumentException("unknown condition " + condition);
        }
        return new Operation.Expire(Bytes.readFramed(in), in.getLong(), DEADLINE_CONDITIONS.get(condition));
    }

    /** One level of it: a transaction in a transaction is no command, so no depth has to be bounded. */
    private static Operation readTransaction(ByteBuffer in, int version) {
        int count = readCount(in);
        List<Operation> operations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (in.hasRemaining() && in.get(in.position()) == TRANSACTION) {
                throw new IllegalArgumentException("a transaction in a transaction");
            }
            operations.add(read(in, version));
        }
        return new Operation.Transaction(operations);
    }

    private static Operation readScan(ByteBuffer in) {
        int cursor = in.getInt();
        int count = in.getInt();
        return new Operation.Scan(cursor, Bytes.readFramed(in), count);
    }

    private static Operation readSet(ByteBuffer in, boolean expiring) {
        int flags = in.get();
        Condition condition = switch (flags & ~RETURN_OLD_BIT) {
            case ALWAYS -> Condition.ALWAYS;
            case IF_ABSENT -> Condition.IF_ABSENT;
            case IF_PRESENT -> Condition.IF_PRESENT;
            default -> throw new IllegalArgumentException("unknown flags " + flags);
        };
        Bytes key = Bytes.readFramed(in);
        Bytes value = Bytes.readFramed(in);
        Expiry expiry = expiring ? readExpiry(in) : new Expiry.Never();
        return new Operation.Set(key, value, condition, (flags & RETURN_OLD_BIT) != 0, expiry);
    }

    private static Operation readSetAll(ByteBuffer in) {
        int count = readCount(in);
        List<Operation.Pair> pairs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Bytes key = Bytes.readFramed(in);
            pairs.add(new Operation.Pair(key, Bytes.readFramed(in)));
        }
        return new Operation.SetAll(pairs);
    }

    private static List<Bytes> readList(ByteBuffer in) {
        int count = readCount(in);
        List<Bytes> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(Bytes.readFramed(in));
        }
        return list;
    }

    /** A count is believed only as far as there are bytes: every element takes at least one. */
    private static int readCount(ByteBuffer in) {
        int count = Varint.read(in);
        if (count < 0 || count > in.remaining()) {
            throw new IllegalArgumentException("count of " + count + " with " + in.remaining() + " bytes left");
        }
        return count;
    }
}
