package io.pecanraft.examples.kv.store;

import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.testkit.contract.FedBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/** Gives a state machine what the library would: batches of commands, and snapshots to and from memory. */
public final class Commands {

    private Commands() {}

    /** Applies commands as one batch, a millisecond of the log each; returns their replies. */
    public static List<ByteBuffer> apply(KvStateMachine machine, long firstIndex, List<ByteBuffer> payloads) {
        return apply(machine, firstIndex, index -> index, payloads);
    }

    /** Applies commands as one batch, each at its time; returns their replies. */
    public static List<ByteBuffer> apply(
            KvStateMachine machine, long firstIndex, LongUnaryOperator millis, List<ByteBuffer> payloads) {
        FedBatch batch = new FedBatch(payloads, firstIndex, millis);
        machine.apply(batch);
        return batch.replies().stream().map(Optional::orElseThrow).toList();
    }

    /** Applies one command of these operations; returns their results. */
    public static List<Result> apply(KvStateMachine machine, Operation... operations) {
        ByteBuffer command = OperationCodec.encode(List.of(operations));
        return ResultCodec.decode(apply(machine, 1, List.of(command)).get(0));
    }

    /** Applies one command of these operations at a time of the log; returns their results. */
    public static List<Result> applyAt(KvStateMachine machine, long millis, Operation... operations) {
        ByteBuffer command = OperationCodec.encode(List.of(operations));
        return ResultCodec.decode(
                apply(machine, 1, index -> millis, List.of(command)).get(0));
    }

    /** Asks one query of these operations; returns their results. */
    public static List<Result> query(KvStateMachine machine, Operation... operations) {
        return ResultCodec.decode(machine.query(OperationCodec.encode(List.of(operations))));
    }

    /** Writes a captured view and closes it. */
    public static byte[] write(SnapshotView view) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (view) {
            view.writeTo(out);
        }
        return out.toByteArray();
    }

    /** Restores a machine from what {@link #write} returned. */
    public static void restore(KvStateMachine machine, byte[] snapshot) throws IOException {
        machine.restore(new SnapshotSource() {
            @Override
            public long lastIncludedIndex() {
                return 1;
            }

            @Override
            public InputStream stream() {
                return new ByteArrayInputStream(snapshot);
            }
        });
    }
}
