package io.pecanraft.testkit.swarm;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Four accounts. Money comes in, goes out, and moves between two of them, as long as there is enough of it. */
class Accounts implements StateMachine {

    static final int COUNT = 4;

    private final long[] balances = new long[COUNT];

    /** What to do, with which account, and with how much. */
    record Order(int kind, int account, long amount) {}

    @Override
    public void apply(CommandBatch batch) {
        for (Command command : batch) {
            ByteBuffer in = command.payload();
            command.reply(answer(carryOut(balances, new Order(in.getInt(), in.getInt(), in.getLong()))));
        }
    }

    /** The balance of the account afterwards. */
    static long carryOut(long[] balances, Order order) {
        int account = order.account();
        long rest = balances[account] - order.amount();
        if (order.kind() == 0) {
            balances[account] += order.amount();
        } else if (rest >= 0) {
            balances[account] = rest;
            if (order.kind() == 2) {
                balances[(account + 1) % COUNT] += order.amount();
            }
        }
        return balances[account];
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        return answer(balances[query.getInt(query.position())]);
    }

    private static ByteBuffer answer(long balance) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, balance);
    }

    @Override
    public SnapshotView captureSnapshot() {
        long[] frozen = balances.clone();
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            for (long balance : frozen) {
                data.writeLong(balance);
            }
        };
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        DataInputStream data = new DataInputStream(source.stream());
        for (int i = 0; i < COUNT; i++) {
            balances[i] = data.readLong();
        }
    }
}
