package io.pecanraft.log.chronicle;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts commands, whatever they say. */
final class CommandCount implements StateMachine {
    private long count;

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            command.reply(bytes(++count));
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return bytes(count);
    }

    @Override
    public SnapshotView captureSnapshot() {
        long frozen = count;
        return out -> new DataOutputStream(out).writeLong(frozen);
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        count = new DataInputStream(source.stream()).readLong();
    }

    private static ByteBuffer bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, number);
    }
}
