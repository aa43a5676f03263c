package io.pecanraft.testkit.swarm.register;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** A few registers: the state machine of the simulations. Replies with the register as it is after the command. */
public final class RegisterMachine implements StateMachine {

    private final TreeMap<Integer, Register> registers = new TreeMap<>();

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            RegisterCommand decoded = RegisterCommand.decode(command.payload());
            Register after =
                    registers.getOrDefault(decoded.key(), Register.EMPTY).after(decoded);
            registers.put(decoded.key(), after);
            command.reply(after.encode());
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return registers
                .getOrDefault(query.getInt(query.position()), Register.EMPTY)
                .encode();
    }

    @Override
    public SnapshotView captureSnapshot() {
        Map<Integer, Register> frozen = new TreeMap<>(registers);
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(frozen.size());
            for (Map.Entry<Integer, Register> entry : frozen.entrySet()) {
                data.writeInt(entry.getKey());
                data.writeLong(entry.getValue().version());
                data.writeLong(entry.getValue().value());
            }
            data.flush();
        };
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        registers.clear();
        DataInputStream data = new DataInputStream(source.stream());
        int size = data.readInt();
        for (int i = 0; i < size; i++) {
            registers.put(data.readInt(), new Register(data.readLong(), data.readLong()));
        }
    }
}
