package io.pecanraft.benchmarks.jgroups;

import io.pecanraft.benchmarks.system.KeyValues;
import io.pecanraft.benchmarks.system.Put;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jgroups.raft.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * The state machine as JGroups-raft calls it, which writes snapshots in the thread that applies. What is read comes the same way as what
 * is put, and is told from it by its length: a key and nothing else.
 */
final class JGroupsMap implements StateMachine {

    private final KeyValues map = new KeyValues();

    /** Any thread. */
    long applied() {
        return map.applied();
    }

    @Override
    @SuppressWarnings("NullAway") // "may be null": Options.ignoreReturnValue
    public byte @Nullable [] apply(byte[] data, int offset, int length, boolean serializeResponse) {
        ByteBuffer command = ByteBuffer.wrap(data, offset, length);
        if (length == Put.KEY_BYTES) {
            return map.get(command).array();
        }
        map.apply(command);
        return null;
    }

    @Override
    public void readContentFrom(DataInput in) throws IOException {
        byte[] content = new byte[in.readInt()];
        in.readFully(content);
        map.readFrom(new ByteArrayInputStream(content));
    }

    @Override
    public void writeContentTo(DataOutput out) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        map.writeTo(content);
        out.writeInt(content.size());
        out.write(content.toByteArray());
    }
}
