package io.pecanraft.examples.kv.store;

import io.pecanraft.examples.kv.store.Operation.DeadlineCondition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of a command in the log: a version byte, then operations until the end.
 *
 * <pre>
 *   command   := version(1) operation+
 *   version 1 := SET    flags(1) key value        flags: bits 0-1 condition, bit 2 return the old value
 *              | SETALL count (key value)*
 *              | DELETE count key*   | APPEND key tail   | INCREMENT key delta(8)
 *              | GET key             | GETALL count key* | EXISTS count key* | LENGTH key | COUNT
 *   version 2 := SETEXPIRING flags(1) key value expiry | TAKEOUT key | GETANDEXPIRE key expiry
 *              | EXPIRE condition(1) key ttl(8) | PERSIST key | CLEAR | TICK | TRANSACTION count operation*
 *              | ANNOUNCE server clients http
 *              | TTL key | KEYS pattern | SCAN cursor(4) count(4) pattern       and all of version 1
 *   expiry    := 0 | 1 | 2 ttl(8)                                             never, keep, after
 *   key, value, tail, pattern, server, clients, http := length bytes     count and length are varints
 * </pre>
 *
 * <p>A new operation, or a new meaning of an old one, needs a new version: a server that does not know a version stops
 * rather than diverge, while bytes that are not a command of a known version are refused by all servers alike. Written is the
 * least version that has all the operations of a command, so what an older server understands stays so; and nothing of a newer version
 * is proposed before every server understands it.
 */
public final class OperationCodec {

    /** The greatest version that is understood, and so the application version of this program. */
    public static final int VERSION = 2;

    /** What a command is longer than its operations. */
    public static final int VERSION_BYTES = 1;

    /** The version with deadlines and transactions. */
    static final int WITH_EXPIRY = 2;

    static final byte SET = 1;
    static final byte SET_ALL = 2;
    static final byte DELETE = 3;
    static final byte APPEND = 4;
    static final byte INCREMENT = 5;
    static final byte GET = 6;
    static final byte GET_ALL = 7;
    static final byte EXISTS = 8;
    static final byte LENGTH = 9;
    static final byte COUNT = 10;

    static final byte SET_EXPIRING = 11;
    static final byte TAKE_OUT = 12;
    static final byte GET_AND_EXPIRE = 13;
    static final byte EXPIRE = 14;
    static final byte PERSIST = 15;
    static final byte CLEAR = 16;
    static final byte TICK = 17;
    static final byte TRANSACTION = 18;
    static final byte TTL = 19;
    static final byte KEYS = 20;
    static final byte SCAN = 21;
    static final byte ANNOUNCE = 22;

    /** Written as their place in here. */
    static final List<DeadlineCondition> DEADLINE_CONDITIONS = List.of(
            DeadlineCondition.ALWAYS,
            DeadlineCondition.IF_NONE,
            DeadlineCondition.IF_SOME,
            DeadlineCondition.IF_LATER,
            DeadlineCondition.IF_EARLIER);

    static final byte NEVER = 0;
    static final byte KEEP = 1;
    static final byte AFTER = 2;

    static final int ALWAYS = 0;
    static final int IF_ABSENT = 1;
    static final int IF_PRESENT = 2;
    static final int RETURN_OLD_BIT = 4;

    private OperationCodec() {}

    /** A command is of a version that this program does not know. */
    public static final class UnknownVersionException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnknownVersionException(int version) {
            super("the log holds a command of version " + version + ", this server knows versions up to " + VERSION
                    + "; run a newer server");
        }
    }

    /** Encodes a command, ready to be read. */
    public static ByteBuffer encode(List<Operation> operations) {
        int size = VERSION_BYTES;
        int version = 1;
        for (Operation operation : operations) {
            size += size(operation);
            version = Math.max(version, version(operation));
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put((byte) version);
        for (Operation operation : operations) {
            write(operation, out);
        }
        return out.flip();
    }

    /** The least version of a command with this operation. */
    public static int version(Operation operation) {
        if (operation instanceof Operation.Set set) {
            return set.expiry() instanceof Expiry.Never ? 1 : WITH_EXPIRY;
        }
        return code(operation) <= COUNT ? 1 : WITH_EXPIRY;
    }

    /** The version of a command that was encoded; does not move its position. */
    static int version(ByteBuffer command) {
        return command.hasRemaining() ? command.get(command.position()) : 0;
    }

    /**
     * Decodes a command.
     *
     * @throws UnknownVersionException when a newer program wrote it
     * @throws IllegalArgumentException when it is not a command
     */
    public static List<Operation> decode(ByteBuffer in) {
        try {
            int version = in.get();
            if (version < 1 || version > VERSION) {
                throw new UnknownVersionException(version);
            }
            List<Operation> operations = new ArrayList<>(2);
            while (in.hasRemaining()) {
                operations.add(OperationReader.read(in, version));
            }
            return operations;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("truncated command", e);
        }
    }

    /** How many bytes an operation takes in a command. */
    public static int size(Operation operation) {
        if (operation instanceof Operation.Set set) {
            return 2 + set.key().framedSize() + set.value().framedSize() + (version(set) == 1 ? 0 : size(set.expiry()));
        } else if (operation instanceof Operation.SetAll all) {
            int size = 1 + Varint.size(all.pairs().size());
            for (Operation.Pair pair : all.pairs()) {
                size += pair.key().framedSize() + pair.value().framedSize();
            }
            return size;
        } else if (operation instanceof Operation.Delete delete) {
            return 1 + size(delete.keys());
        } else if (operation instanceof Operation.Append append) {
            return 1 + append.key().framedSize() + append.tail().framedSize();
        } else if (operation instanceof Operation.Increment increment) {
            return 1 + increment.key().framedSize() + Long.BYTES;
        } else if (operation instanceof Operation.Get get) {
            return 1 + get.key().framedSize();
        } else if (operation instanceof Operation.GetAll all) {
            return 1 + size(all.keys());
        } else if (operation instanceof Operation.Exists exists) {
            return 1 + size(exists.keys());
        } else if (operation instanceof Operation.Length length) {
            return 1 + length.key().framedSize();
        } else if (operation instanceof Operation.TakeOut takeOut) {
            return 1 + takeOut.key().framedSize();
        } else if (operation instanceof Operation.GetAndExpire get) {
            return 1 + get.key().framedSize() + size(get.expiry());
        } else if (operation instanceof Operation.Expire expire) {
            return 2 + expire.key().framedSize() + Long.BYTES;
        } else if (operation instanceof Operation.Persist persist) {
            return 1 + persist.key().framedSize();
        } else if (operation instanceof Operation.TimeToLive ttl) {
            return 1 + ttl.key().framedSize();
        } else if (operation instanceof Operation.Keys keys) {
            return 1 + keys.pattern().framedSize();
        } else if (operation instanceof Operation.Scan scan) {
            return 1 + 2 * Integer.BYTES + scan.pattern().framedSize();
        } else if (operation instanceof Operation.Announce announce) {
            return 1
                    + announce.server().framedSize()
                    + announce.clients().framedSize()
                    + announce.http().framedSize();
        } else if (operation instanceof Operation.Transaction transaction) {
            int size = 1 + Varint.size(transaction.operations().size());
            for (Operation each : transaction.operations()) {
                size += size(each);
            }
            return size;
        }
        return 1;
    }

    private static int size(Expiry expiry) {
        return 1 + (expiry instanceof Expiry.After ? Long.BYTES : 0);
    }

    private static int size(List<Bytes> list) {
        int size = Varint.size(list.size());
        for (Bytes bytes : list) {
            size += bytes.framedSize();
        }
        return size;
    }

    private static byte code(Operation operation) {
        if (operation instanceof Operation.Set set) {
            return set.expiry() instanceof Expiry.Never ? SET : SET_EXPIRING;
        } else if (operation instanceof Operation.SetAll) {
            return SET_ALL;
        } else if (operation instanceof Operation.Delete) {
            return DELETE;
        } else if (operation instanceof Operation.Append) {
            return APPEND;
        } else if (operation instanceof Operation.Increment) {
            return INCREMENT;
        } else if (operation instanceof Operation.Get) {
            return GET;
        } else if (operation instanceof Operation.GetAll) {
            return GET_ALL;
        } else if (operation instanceof Operation.Exists) {
            return EXISTS;
        } else if (operation instanceof Operation.Length) {
            return LENGTH;
        } else if (operation instanceof Operation.Count) {
            return COUNT;
        } else if (operation instanceof Operation.TakeOut) {
            return TAKE_OUT;
        } else if (operation instanceof Operation.GetAndExpire) {
            return GET_AND_EXPIRE;
        } else if (operation instanceof Operation.Expire) {
            return EXPIRE;
        } else if (operation instanceof Operation.Persist) {
            return PERSIST;
        } else if (operation instanceof Operation.Clear) {
            return CLEAR;
        } else if (operation instanceof Operation.Tick) {
            return TICK;
        } else if (operation instanceof Operation.Transaction) {
            return TRANSACTION;
        } else if (operation instanceof Operation.TimeToLive) {
            return TTL;
        } else if (operation instanceof Operation.Keys) {
            return KEYS;
        } else if (operation instanceof Operation.Scan) {
            return SCAN;
        } else if (operation instanceof Operation.Announce) {
            return ANNOUNCE;
        }
        throw new IllegalArgumentException("unknown operation " + operation.getClass());
    }

    private static void write(Operation operation, ByteBuffer out) {
        out.put(code(operation));
        if (operation instanceof Operation.Set set) {
            set.key().writeFramed(out.put(flags(set)));
            set.value().writeFramed(out);
            if (version(set) > 1) {
                write(set.expiry(), out);
            }
        } else if (operation instanceof Operation.SetAll all) {
            Varint.write(all.pairs().size(), out);
            for (Operation.Pair pair : all.pairs()) {
                pair.key().writeFramed(out);
                pair.value().writeFramed(out);
            }
        } else if (operation instanceof Operation.Delete delete) {
            write(delete.keys(), out);
        } else if (operation instanceof Operation.Append append) {
            append.key().writeFramed(out);
            append.tail().writeFramed(out);
        } else if (operation instanceof Operation.Increment increment) {
            increment.key().writeFramed(out);
            out.putLong(increment.delta());
        } else if (operation instanceof Operation.Get get) {
            get.key().writeFramed(out);
        } else if (operation instanceof Operation.GetAll all) {
            write(all.keys(), out);
        } else if (operation instanceof Operation.Exists exists) {
            write(exists.keys(), out);
        } else if (operation instanceof Operation.Length length) {
            length.key().writeFramed(out);
        } else if (operation instanceof Operation.TakeOut takeOut) {
            takeOut.key().writeFramed(out);
        } else if (operation instanceof Operation.GetAndExpire get) {
            get.key().writeFramed(out);
            write(get.expiry(), out);
        } else if (operation instanceof Operation.Expire expire) {
            expire.key().writeFramed(out.put((byte) DEADLINE_CONDITIONS.indexOf(expire.condition())));
            out.putLong(expire.ttlMillis());
        } else if (operation instanceof Operation.Persist persist) {
            persist.key().writeFramed(out);
        } else if (operation instanceof Operation.Transaction transaction) {
            Varint.write(transaction.operations().size(), out);
            transaction.operations().forEach(each -> write(each, out));
        } else if (operation instanceof Operation.TimeToLive ttl) {
            ttl.key().writeFramed(out);
        } else if (operation instanceof Operation.Keys keys) {
            keys.pattern().writeFramed(out);
        } else if (operation instanceof Operation.Scan scan) {
            scan.pattern().writeFramed(out.putInt(scan.cursor()).putInt(scan.count()));
        } else if (operation instanceof Operation.Announce announce) {
            announce.server().writeFramed(out);
            announce.clients().writeFramed(out);
            announce.http().writeFramed(out);
        }
    }

    private static void write(Expiry expiry, ByteBuffer out) {
        if (expiry instanceof Expiry.After after) {
            out.put(AFTER).putLong(after.millis());
        } else {
            out.put(expiry instanceof Expiry.Keep ? KEEP : NEVER);
        }
    }

    private static void write(List<Bytes> list, ByteBuffer out) {
        Varint.write(list.size(), out);
        for (Bytes bytes : list) {
            bytes.writeFramed(out);
        }
    }

    private static byte flags(Operation.Set set) {
        int condition = switch (set.condition()) {
            case ALWAYS -> ALWAYS;
            case IF_ABSENT -> IF_ABSENT;
            case IF_PRESENT -> IF_PRESENT;
        };
        return (byte) (condition | (set.returnOld() ? RETURN_OLD_BIT : 0));
    }
}
