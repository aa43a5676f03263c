package io.pecanraft.examples.counter;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A number. A command is a long to add to it, its reply the sum; any query asks for the sum. */
// tag::quickstart
public final class Counter implements StateMachine {

    private long sum;

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            sum += command.payload().getLong();
            command.reply(encode(sum));
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return encode(sum);
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

    static ByteBuffer encode(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, number);
    }
}
// end::quickstart
