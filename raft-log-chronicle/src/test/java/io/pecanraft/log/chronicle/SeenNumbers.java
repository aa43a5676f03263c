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
import java.util.BitSet;

/** A set of small numbers. A command adds one; a query names some and is answered with those that are not there. */
final class SeenNumbers implements StateMachine {

    private BitSet seen = new BitSet();

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            seen.set(command.payload().getInt());
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        ByteBuffer missing = ByteBuffer.allocate(query.remaining());
        while (query.hasRemaining()) {
            int number = query.getInt();
            if (!seen.get(number)) {
                missing.putInt(number);
            }
        }
        return missing.flip();
    }

    @Override
    public SnapshotView captureSnapshot() {
        byte[] frozen = seen.toByteArray();
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(frozen.length);
            data.write(frozen);
            data.flush();
        };
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        DataInputStream data = new DataInputStream(source.stream());
        seen = BitSet.valueOf(data.readNBytes(data.readInt()));
    }
}
