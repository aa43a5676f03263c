package io.pecanraft.testkit;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A number to which one adds: the smallest state machine whose state shows whether a command was lost or came twice. */
final class Tally implements StateMachine {

    private long sum;

    static ByteBuffer add(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, number);
    }

    static ByteBuffer get() {
        return ByteBuffer.allocate(0);
    }

    static long number(ByteBuffer bytes) {
        return bytes.getLong(bytes.position());
    }

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            sum += number(command.payload());
            command.reply(add(sum));
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return add(sum);
    }

    @Override
    public SnapshotView captureSnapshot() {
        long frozen = sum;
        return out -> new DataOutputStream(out).writeLong(frozen);
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        sum = new DataInputStream(source.stream()).readLong();
    }
}
