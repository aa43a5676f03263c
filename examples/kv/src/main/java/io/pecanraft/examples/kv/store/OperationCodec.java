package io.pecanraft.examples.kv.store;

import io.pecanraft.examples.kv.store.Operation.Condition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of a command in the log: a version byte, then operations until the end.
 *
 * <pre>
 *   command   := version(1) operation+
 *   operation := SET    flags(1) key value        flags: bits 0-1 condition, bit 2 return the old value
 *              | SETALL count (key value)*
 *              | DELETE count key*   | APPEND key tail   | INCREMENT key delta(8)
 *              | GET key             | GETALL count key* | EXISTS count key* | LENGTH key | COUNT
 *   key, value, tail := length bytes              count and length are varints
 * </pre>
 *
 * <p>A new operation, or a new meaning of an old one, needs a new version: a server that does not know a version stops
 * rather than diverge, while bytes that are not a command of a known version are refused by all servers alike.
 */
public final class OperationCodec {

    /** The version written, and the greatest that is understood. */
    public static final int VERSION = 1;

    private static final byte SET = 1;
    private static final byte SET_ALL = 2;
    private static final byte DELETE = 3;
    private static final byte APPEND = 4;
    private static final byte INCREMENT = 5;
    private static final byte GET = 6;
    private static final byte GET_ALL = 7;
    private static final byte EXISTS = 8;
    private static final byte LENGTH = 9;
    private static final byte COUNT = 10;

    private static final int ALWAYS = 0;
    private static final int IF_ABSENT = 1;
    private static final int IF_PRESENT = 2;
    private static final int RETURN_OLD_BIT = 4;

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
        int size = 1;
        for (Operation operation : operations) {
            size += size(operation);
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put((byte) VERSION);
        for (Operation operation : operations) {
            write(operation, out);
        }
        return out.flip();
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
            if (version != VERSION) {
                throw new UnknownVersionException(version);
            }
            List<Operation> operations = new ArrayList<>(2);
            while (in.hasRemaining()) {
                operations.add(read(in));
            }
            return operations;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("truncated command", e);
        }
    }

    /** How many bytes an operation takes in a command. */
    public static int size(Operation operation) {
        if (operation instanceof Operation.Set set) {
            return 2 + set.key().framedSize() + set.value().framedSize();
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
        } else if (operation instanceof Operation.Count) {
            return 1;
        }
        throw new IllegalArgumentException("unknown operation " + operation.getClass());
    }

    private static int size(List<Bytes> list) {
        int size = Varint.size(list.size());
        for (Bytes bytes : list) {
            size += bytes.framedSize();
        }
        return size;
    }

    private static void write(Operation operation, ByteBuffer out) {
        if (operation instanceof Operation.Set set) {
            out.put(SET).put(flags(set));
            set.key().writeFramed(out);
            set.value().writeFramed(out);
        } else if (operation instanceof Operation.SetAll all) {
            out.put(SET_ALL);
            Varint.write(all.pairs().size(), out);
            for (Operation.Pair pair : all.pairs()) {
                pair.key().writeFramed(out);
                pair.value().writeFramed(out);
            }
        } else if (operation instanceof Operation.Delete delete) {
            write(delete.keys(), out.put(DELETE));
        } else if (operation instanceof Operation.Append append) {
            append.key().writeFramed(out.put(APPEND));
            append.tail().writeFramed(out);
        } else if (operation instanceof Operation.Increment increment) {
            increment.key().writeFramed(out.put(INCREMENT));
            out.putLong(increment.delta());
        } else if (operation instanceof Operation.Get get) {
            get.key().writeFramed(out.put(GET));
        } else if (operation instanceof Operation.GetAll all) {
            write(all.keys(), out.put(GET_ALL));
        } else if (operation instanceof Operation.Exists exists) {
            write(exists.keys(), out.put(EXISTS));
        } else if (operation instanceof Operation.Length length) {
            length.key().writeFramed(out.put(LENGTH));
        } else if (operation instanceof Operation.Count) {
            out.put(COUNT);
        } else {
            throw new IllegalArgumentException("unknown operation " + operation.getClass());
        }
    }

    private static void write(List<Bytes> list, ByteBuffer out) {
        Varint.write(list.size(), out);
        for (Bytes bytes : list) {
            bytes.writeFramed(out);
        }
    }

    private static Operation read(ByteBuffer in) {
        byte code = in.get();
        return switch (code) {
            case SET -> readSet(in);
            case SET_ALL -> readSetAll(in);
            case DELETE -> new Operation.Delete(readList(in));
            case APPEND -> new Operation.Append(Bytes.readFramed(in), Bytes.readFramed(in));
            case INCREMENT -> new Operation.Increment(Bytes.readFramed(in), in.getLong());
            case GET -> new Operation.Get(Bytes.readFramed(in));
            case GET_ALL -> new Operation.GetAll(readList(in));
            case EXISTS -> new Operation.Exists(readList(in));
            case LENGTH -> new Operation.Length(Bytes.readFramed(in));
            case COUNT -> new Operation.Count();
            default -> throw new IllegalArgumentException("unknown operation " + code);
        };
    }

    private static Operation readSet(ByteBuffer in) {
        int flags = in.get();
        Condition condition = switch (flags & ~RETURN_OLD_BIT) {
            case ALWAYS -> Condition.ALWAYS;
            case IF_ABSENT -> Condition.IF_ABSENT;
            case IF_PRESENT -> Condition.IF_PRESENT;
            default -> throw new IllegalArgumentException("unknown flags " + flags);
        };
        Bytes key = Bytes.readFramed(in);
        return new Operation.Set(key, Bytes.readFramed(in), condition, (flags & RETURN_OLD_BIT) != 0);
    }

    private static byte flags(Operation.Set set) {
        int condition = switch (set.condition()) {
            case ALWAYS -> ALWAYS;
            case IF_ABSENT -> IF_ABSENT;
            case IF_PRESENT -> IF_PRESENT;
        };
        return (byte) (condition | (set.returnOld() ? RETURN_OLD_BIT : 0));
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
