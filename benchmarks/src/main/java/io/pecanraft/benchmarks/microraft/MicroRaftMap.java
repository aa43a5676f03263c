package io.pecanraft.benchmarks.microraft;

import io.microraft.statemachine.StateMachine;
import io.pecanraft.benchmarks.system.KeyValues;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state machine as MicroRaft calls it. A snapshot is a copy in memory. */
final class MicroRaftMap implements StateMachine {

    /** What a new leader commits first; no put is empty. */
    private static final byte[] NEW_TERM = {};

    private final KeyValues map = new KeyValues();

    /** Any thread. */
    long applied() {
        return map.applied();
    }

    @Override
    @SuppressWarnings("NullAway") // MicroRaft says nowhere that a result may be missing, and passes it on as it is
    public @Nullable Object runOperation(long commitIndex, Object operation) {
        if (operation instanceof ByteBuffer key) { // of a query, which stays on its server
            return map.get(key);
        }
        byte[] put = (byte[]) operation;
        if (put.length > 0) {
            map.apply(ByteBuffer.wrap(put));
        }
        return null;
    }

    @Override
    public void takeSnapshot(long commitIndex, Consumer<Object> chunks) {
        chunks.accept(map.copy());
    }

    @Override
    public void installSnapshot(long commitIndex, List<Object> chunks) {
        throw new UnsupportedOperationException("snapshots are not sent");
    }

    @Override
    public Object getNewTermOperation() {
        return NEW_TERM;
    }
}
