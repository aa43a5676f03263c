package io.pecanraft.benchmarks.pecanraft;

import io.pecanraft.benchmarks.system.Ballast;
import io.pecanraft.benchmarks.system.KeyValues;
import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The state machine as PecanRaft calls it. Replies are empty. */
public final class PecanRaftMap implements StateMachine {

    private final KeyValues map = new KeyValues();
    private final long ballastBytes;

    /** Without ballast. */
    public PecanRaftMap() {
        this(0);
    }

    /**
     * A new map.
     *
     * @param ballastBytes of each snapshot
     */
    PecanRaftMap(long ballastBytes) {
        this.ballastBytes = ballastBytes;
    }

    /** How many puts the state has come from. Any thread. */
    long applied() {
        return map.applied();
    }

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
        return out -> {
            frozen.writeTo(out);
            Ballast.write(ballastBytes, out);
        };
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        InputStream stream = source.stream();
        map.readFrom(stream);
        Ballast.skip(stream);
    }
}
