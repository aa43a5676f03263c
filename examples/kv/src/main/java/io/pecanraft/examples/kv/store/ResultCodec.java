package io.pecanraft.examples.kv.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The form of a command's reply: a version byte, then results, in the order of the operations. Fewer results than
 * operations say that the rest was not executed (see {@link Limits#MAX_RESULT_BYTES}).
 *
 * <p>A reply goes to the server that proposed the command, so kinds of results that answer operations of version 2 alone need no
 * version of their own: who does not know them has not asked.
 */
public final class ResultCodec {

    private static final int VERSION = 1;

    private static final byte DONE = 1;
    private static final byte ABSENT = 2;
    private static final byte NUMBER = 3;
    private static final byte VALUE = 4;
    private static final byte VALUES = 5;
    private static final byte REFUSED = 6;
    private static final byte PAGE = 7;
    private static final byte ALL = 8;

    private ResultCodec() {}

    /** Encodes a reply, ready to be read. */
    public static ByteBuffer encode(List<Result> results) {
        int size = 1;
        for (Result result : results) {
            size += size(result);
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put((byte) VERSION);
        for (Result result : results) {
            write(result, out);
        }
        return out.flip();
    }

    /**
     * Decodes a reply.
     *
     * @throws IllegalStateException when this server cannot read what the other one replied
     */
    public static List<Result> decode(ByteBuffer in) {
        int version = in.get();
        if (version != VERSION) {
            throw new IllegalStateException(
                    "reply of version " + version + ", this server knows " + VERSION + "; run a newer server");
        }
        List<Result> results = new ArrayList<>(2);
        while (in.hasRemaining()) {
            results.add(read(in));
        }
        return results;
    }

    /** How many bytes a result takes in a reply. */
    static int size(Result result) {
        if (result instanceof Result.Int) {
            return 1 + Long.BYTES;
        } else if (result instanceof Result.Value value) {
            return 1 + value.value().framedSize();
        } else if (result instanceof Result.Values values) {
            int size = 1 + Varint.size(values.values().size());
            for (Optional<Bytes> value : values.values()) {
                size += 1 + (value.isPresent() ? value.get().framedSize() : 0);
            }
            return size;
        } else if (result instanceof Result.Page page) {
            int size = 1 + Integer.BYTES + Varint.size(page.keys().size());
            for (Bytes key : page.keys()) {
                size += key.framedSize();
            }
            return size;
        } else if (result instanceof Result.All all) {
            int size = 1 + Varint.size(all.results().size());
            for (Result each : all.results()) {
                size += size(each);
            }
            return size;
        } else if (result instanceof Result.Refused refused) {
            return 1 + Bytes.of(refused.error()).framedSize();
        }
        return 1;
    }

    private static void write(Result result, ByteBuffer out) {
        if (result instanceof Result.Done) {
            out.put(DONE);
        } else if (result instanceof Result.Absent) {
            out.put(ABSENT);
        } else if (result instanceof Result.Int number) {
            out.put(NUMBER).putLong(number.value());
        } else if (result instanceof Result.Value value) {
            value.value().writeFramed(out.put(VALUE));
        } else if (result instanceof Result.Values values) {
            out.put(VALUES);
            Varint.write(values.values().size(), out);
            for (Optional<Bytes> value : values.values()) {
                if (value.isPresent()) {
                    value.get().writeFramed(out.put(VALUE));
                } else {
                    out.put(ABSENT);
                }
            }
        } else if (result instanceof Result.Page page) {
            Varint.write(page.keys().size(), out.put(PAGE).putInt(page.next()));
            page.keys().forEach(key -> key.writeFramed(out));
        } else if (result instanceof Result.All all) {
            Varint.write(all.results().size(), out.put(ALL));
            all.results().forEach(each -> write(each, out));
        } else if (result instanceof Result.Refused refused) {
            Bytes.of(refused.error()).writeFramed(out.put(REFUSED));
        } else {
            throw new IllegalArgumentException("unknown result " + result.getClass());
        }
    }

    private static Result read(ByteBuffer in) {
        byte code = in.get();
        return switch (code) {
            case DONE -> new Result.Done();
            case ABSENT -> new Result.Absent();
            case NUMBER -> new Result.Int(in.getLong());
            case VALUE -> new Result.Value(Bytes.readFramed(in));
            case VALUES -> readValues(in);
            case PAGE -> readPage(in);
            case ALL -> readAll(in);
            case REFUSED -> new Result.Refused(Bytes.readFramed(in).utf8());
            default -> throw new IllegalStateException("unknown result " + code);
        };
    }

    private static Result readValues(ByteBuffer in) {
        int count = Varint.read(in);
        List<Optional<Bytes>> values = new ArrayList<>(Math.min(count, in.remaining()));
        for (int i = 0; i < count; i++) {
            values.add(in.get() == VALUE ? Optional.of(Bytes.readFramed(in)) : Optional.empty());
        }
        return new Result.Values(values);
    }

    private static Result readPage(ByteBuffer in) {
        int next = in.getInt();
        int count = Varint.read(in);
        List<Bytes> keys = new ArrayList<>(Math.min(count, in.remaining()));
        for (int i = 0; i < count; i++) {
            keys.add(Bytes.readFramed(in));
        }
        return new Result.Page(next, keys);
    }

    private static Result readAll(ByteBuffer in) {
        int count = Varint.read(in);
        List<Result> results = new ArrayList<>(Math.min(count, in.remaining()));
        for (int i = 0; i < count; i++) {
            results.add(read(in));
        }
        return new Result.All(results);
    }
}
