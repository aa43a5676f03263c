package io.pecanraft.runtime;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Adds up the lengths of commands; replies and answers with the sum. The command "fail" makes it throw. */
final class Counter implements StateMachine {

    long sum;
    long applied;
    long durableIndex;
    int closed;
    int viewsOpen;
    int captured;
    boolean failCapture;
    boolean failClose;
    final List<Long> seen = new ArrayList<>();
    final List<Integer> batches = new ArrayList<>();

    @Override
    public void apply(CommandBatch batch) {
        batches.add(batch.size());
        for (Command command : batch) {
            String text = StandardCharsets.UTF_8.decode(command.payload()).toString();
            if (text.equals("fail")) {
                throw new IllegalStateException("told to fail");
            }
            seen.add(command.index());
            sum += text.length();
            applied = command.index();
            command.reply(bytes(sum));
        }
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        if (query.remaining() > 0) {
            throw new IllegalArgumentException("told to fail");
        }
        return bytes(sum);
    }

    @Override
    public SnapshotView captureSnapshot() {
        long frozen = sum;
        if (failCapture) {
            throw new IllegalStateException("told to fail");
        }
        viewsOpen++;
        captured++;
        return new SnapshotView() {
            @Override
            public void writeTo(java.io.OutputStream out) throws IOException {
                DataOutputStream data = new DataOutputStream(out);
                data.writeLong(frozen);
                data.close();
            }

            @Override
            public void close() {
                viewsOpen--;
                if (failClose) {
                    throw new IllegalStateException("told to fail");
                }
            }
        };
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        sum = new DataInputStream(source.stream()).readLong();
        applied = source.lastIncludedIndex();
    }

    @Override
    public long appliedIndex() {
        return durableIndex;
    }

    @Override
    public void close() {
        closed++;
    }

    static ByteBuffer bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).flip();
    }
}
