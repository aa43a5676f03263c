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

/** A {@link Tally} whose commands have a format. A program reads those that it knows, and stops at one of a later format. */
final class FormattedTally implements StateMachine {

    private final int newestFormat;
    private long sum;

    FormattedTally(int newestFormat) {
        this.newestFormat = newestFormat;
    }

    /** Adds 1, said in this format. */
    static ByteBuffer addOne(int format) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, format);
    }

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            int format = command.payload().getInt(command.payload().position());
            if (format > newestFormat) {
                throw new IllegalStateException(
                        "a command of format " + format + ", this program knows formats up to " + newestFormat);
            }
            sum++;
            command.reply(Tally.add(sum));
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return Tally.add(sum);
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
