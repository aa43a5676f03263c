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
 * <pre>
 *   snapshot := "PKVS" version(1) count(8) (length key length value)*    lengths are varints
 * </pre>
 */
public final class KvStateMachine implements StateMachine {

    private static final int MAGIC = 0x504b5653; // "PKVS"
    private static final int SNAPSHOT_VERSION = 1;

    private final SnapshotableMap map = new SnapshotableMap();
    private final KeyValueStore store = new KeyValueStore(map);

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            command.reply(ResultCodec.encode(execute(command.payload())));
        }
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
        try {
            operations = OperationCodec.decode(command);
        } catch (IllegalArgumentException e) {
            // Not ours, but in the log for good. Every server comes to the same verdict, so this is a reply; an
            // exception would stop the whole cluster, now and at every restart.
            return List.of(new Result.Refused("ERR command not understood: " + e.getMessage()));
        }
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
        SnapshotableMap.View view = map.freeze();
        return new SnapshotView() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                write(view, new DataOutputStream(out));
            }

            @Override
            public void close() {
                view.close();
            }
        };
    }

    private static void write(SnapshotableMap.View view, DataOutputStream out) throws IOException {
        out.writeInt(MAGIC);
        out.writeByte(SNAPSHOT_VERSION);
        out.writeLong(view.size());
        for (Map.Entry<Bytes, Bytes> entry : view.entries()) {
            write(entry.getKey(), out);
            write(entry.getValue(), out);
        }
        out.flush();
    }

    private static void write(Bytes bytes, DataOutputStream out) throws IOException {
        Varint.write(bytes.length(), out);
        bytes.writeTo(out);
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(source.stream()));
        int magic = in.readInt();
        int version = in.readByte();
        if (magic != MAGIC || version != SNAPSHOT_VERSION) {
            throw new IOException(String.format(
                    "snapshot starts with %08x and version %d, expected %08x and version %d",
                    magic, version, MAGIC, SNAPSHOT_VERSION));
        }
        long count = in.readLong();
        map.clear();
        for (long i = 0; i < count; i++) {
            Bytes key = read(in, Limits.MAX_KEY_BYTES);
            map.put(key, read(in, Limits.MAX_VALUE_BYTES));
        }
        if (in.read() >= 0) {
            throw new IOException("snapshot goes on after its " + count + " entries");
        }
    }

    private static Bytes read(DataInputStream in, int maxBytes) throws IOException {
        int length = Varint.read(in);
        if (length < 0 || length > maxBytes) {
            throw new IOException("length of " + length + " in a snapshot, at most " + maxBytes + " expected");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return Bytes.wrap(bytes);
    }
}
