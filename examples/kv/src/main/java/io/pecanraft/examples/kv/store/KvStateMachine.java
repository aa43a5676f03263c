package io.pecanraft.examples.kv.store;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The replicated map. A command and a query are both a list of operations ({@link OperationCodec}), the answer is a list of
 * results ({@link ResultCodec}); a query may only look.
 *
 * <p>Lives in memory: what survives is the library's log and snapshots. Capturing a snapshot takes constant time ({@link
 * SnapshotableMap}); writing it runs beside later commands.
 *
 * <p>Keys expire by the time of the log (K10): that of the last command, whoever asks. The first command of version 2 switches the
 * format, here and in all snapshots from then on; before it there are no deadlines, and an older server may be sent any snapshot.
 *
 * <pre>
 *   snapshot := "PKVS" 1 count(8) (key value)*
 *             | "PKVS" 2 now(8) count(8) (key value)* count(8) (key deadline(8))* count(4) (server clients http)*
 *   key, value, server, clients, http := length bytes          lengths are varints; now, deadline: milliseconds of the log
 * </pre>
 */
public final class KvStateMachine implements StateMachine {

    private static final int MAGIC = 0x504b5653; // "PKVS"
    private static final int WITH_DEADLINES = 2;

    private final Keyspace keys = new Keyspace();
    private final ServerDirectory servers = new ServerDirectory();
    private final KeyValueStore store = new KeyValueStore(keys, servers);
    private int format = 1;
    private volatile StoreStatus status = StoreStatus.EMPTY;

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            keys.advanceTo(command.timestampMillis());
            keys.sweep(Limits.SWEEP);
            command.reply(ResultCodec.encode(execute(command.payload())));
        }
        publish();
    }

    /** How the keys stand after the last batch. From any thread. */
    public StoreStatus status() {
        return status;
    }

    private void publish() {
        status = new StoreStatus(
                format, keys.nowMillis(), keys.soonestDeadline(), keys.roughSize(), keys.expiring(), servers.all());
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        List<Operation> operations = OperationCodec.decode(query);
        if (operations.stream().anyMatch(Operation::isWrite)) {
            throw new IllegalArgumentException("a query must not write");
        }
        return ResultCodec.encode(execute(operations));
    }

    private List<Result> execute(ByteBuffer command) {
        List<Operation> operations;
        int version = OperationCodec.version(command);
        try {
            operations = OperationCodec.decode(command);
        } catch (IllegalArgumentException e) {
            // Not ours, but in the log for good. Every server comes to the same verdict, so this is a reply; an
            // exception would stop the whole cluster, now and at every restart.
            return List.of(new Result.Refused("ERR command not understood: " + e.getMessage()));
        }
        format = Math.max(format, version);
        return execute(operations);
    }

    /** Executes until the results are large; the first operation in any case. Depends on the state alone. */
    private List<Result> execute(List<Operation> operations) {
        List<Result> results = new ArrayList<>(operations.size());
        long bytes = 0;
        for (Operation operation : operations) {
            bytes += store.resultBytes(operation);
            if (bytes > Limits.MAX_RESULT_BYTES && !results.isEmpty()) {
                break;
            }
            results.add(store.execute(operation));
        }
        return results;
    }

    @Override
    public SnapshotView captureSnapshot() {
        Keyspace.View view = keys.freeze();
        int version = format;
        ServerDirectory.View frozenServers = servers.freeze();
        return new SnapshotView() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                write(view, frozenServers, version, new DataOutputStream(out));
            }

            @Override
            public void close() {
                view.close();
            }
        };
    }

    private static void write(Keyspace.View view, ServerDirectory.View servers, int version, DataOutputStream out)
            throws IOException {
        out.writeInt(MAGIC);
        out.writeByte(version);
        if (version >= WITH_DEADLINES) {
            out.writeLong(view.nowMillis());
        }
        out.writeLong(view.values().size());
        for (Map.Entry<Bytes, Bytes> entry : view.values().entries()) {
            write(entry.getKey(), out);
            write(entry.getValue(), out);
        }
        if (version >= WITH_DEADLINES) {
            out.writeLong(view.deadlines().size());
            for (Map.Entry<Bytes, Long> entry : view.deadlines().entries()) {
                write(entry.getKey(), out);
                out.writeLong(entry.getValue());
            }
            servers.writeTo(out);
        }
        out.flush();
    }

    static void write(Bytes bytes, DataOutputStream out) throws IOException {
        Varint.write(bytes.length(), out);
        bytes.writeTo(out);
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(source.stream()));
        int magic = in.readInt();
        int version = in.readByte();
        if (magic != MAGIC || version < 1 || version > OperationCodec.VERSION) {
            throw new IOException(String.format(
                    "snapshot starts with %08x and version %d, expected %08x and a version up to %d",
                    magic, version, MAGIC, OperationCodec.VERSION));
        }
        keys.startOverAt(version >= WITH_DEADLINES ? in.readLong() : 0);
        long count = in.readLong();
        for (long i = 0; i < count; i++) {
            Bytes key = read(in, Limits.MAX_KEY_BYTES);
            keys.put(key, read(in, Limits.MAX_VALUE_BYTES), new Expiry.Never());
        }
        long deadlines = version >= WITH_DEADLINES ? in.readLong() : 0;
        for (long i = 0; i < deadlines; i++) {
            Bytes key = read(in, Limits.MAX_KEY_BYTES);
            if (keys.get(key) == null || keys.deadline(key) != null) {
                throw new IOException("snapshot has a deadline for a key of " + key + " that is not in it, or two");
            }
            keys.expireAt(key, in.readLong());
        }
        servers.clear();
        if (version >= WITH_DEADLINES) {
            servers.readFrom(in);
        }
        if (in.read() >= 0) {
            throw new IOException("snapshot goes on after its " + count + " entries");
        }
        format = version;
        publish();
    }

    static Bytes read(DataInputStream in, int maxBytes) throws IOException {
        int length = Varint.read(in);
        if (length < 0 || length > maxBytes) {
            throw new IOException("length of " + length + " in a snapshot, at most " + maxBytes + " expected");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return Bytes.wrap(bytes);
    }
}
