package io.pecanraft.benchmarks.pecanraft;

import io.pecanraft.benchmarks.system.KeyValues;
import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The state machine as PecanRaft calls it. Replies are empty. */
public final class PecanRaftMap implements StateMachine {

    private final KeyValues map = new KeyValues();

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            map.apply(command.payload());
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return map.get(query);
    }

    @Override
    public SnapshotView captureSnapshot() {
        KeyValues frozen = map.copy();
        return frozen::writeTo;
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        map.readFrom(source.stream());
    }
}
