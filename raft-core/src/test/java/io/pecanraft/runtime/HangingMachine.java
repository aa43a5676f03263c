package io.pecanraft.runtime;

import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** A state machine that applies nothing before it is told to. */
final class HangingMachine implements StateMachine {

    private final CountDownLatch until;

    HangingMachine(CountDownLatch until) {
        this.until = until;
    }

    @Override
    public void apply(CommandBatch batch) {
        try {
            until.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return ByteBuffer.allocate(0);
    }

    @Override
    public SnapshotView captureSnapshot() {
        return out -> {};
    }

    @Override
    public void restore(SnapshotSource source) {}
}
