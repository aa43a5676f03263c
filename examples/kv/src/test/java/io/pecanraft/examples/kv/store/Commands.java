package io.pecanraft.examples.kv.store;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SessionInfo;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Gives a state machine what the library would: batches of commands, and snapshots to and from memory. */
public final class Commands {

    private Commands() {}

    /** Applies commands as one batch; returns their replies. */
    public static List<ByteBuffer> apply(KvStateMachine machine, long firstIndex, List<ByteBuffer> payloads) {
        List<TestCommand> commands = new ArrayList<>();
        for (ByteBuffer payload : payloads) {
            commands.add(new TestCommand(firstIndex + commands.size(), payload));
        }
        machine.apply(new TestBatch(commands));
        return commands.stream().map(command -> command.reply.orElseThrow()).toList();
    }

    /** Applies one command of these operations; returns their results. */
    public static List<Result> apply(KvStateMachine machine, Operation... operations) {
        ByteBuffer command = OperationCodec.encode(List.of(operations));
        return ResultCodec.decode(apply(machine, 1, List.of(command)).get(0));
    }

    /** Asks one query of these operations; returns their results. */
    public static List<Result> query(KvStateMachine machine, Operation... operations) {
        return ResultCodec.decode(machine.query(OperationCodec.encode(List.of(operations))));
    }

    /** Writes a captured view and closes it. */
    public static byte[] write(SnapshotView view) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (view) {
            view.writeTo(out);
        }
        return out.toByteArray();
    }

    /** Restores a machine from what {@link #write} returned. */
    public static void restore(KvStateMachine machine, byte[] snapshot) throws IOException {
        machine.restore(new SnapshotSource() {
            @Override
            public long lastIncludedIndex() {
                return 1;
            }

            @Override
            public InputStream stream() {
                return new ByteArrayInputStream(snapshot);
            }
        });
    }

    private static final class TestCommand implements Command {

        private final long index;
        private final ByteBuffer payload;
        private Optional<ByteBuffer> reply = Optional.empty();

        TestCommand(long index, ByteBuffer payload) {
            this.index = index;
            this.payload = payload;
        }

        @Override
        public long index() {
            return index;
        }

        @Override
        public long timestampMillis() {
            return index;
        }

        @Override
        public Optional<SessionInfo> session() {
            return Optional.empty();
        }

        @Override
        public ByteBuffer payload() {
            return payload.asReadOnlyBuffer();
        }

        @Override
        public void reply(ByteBuffer result) {
            if (reply.isPresent()) {
                throw new IllegalStateException("replied twice");
            }
            reply = Optional.of(result);
        }
    }

    private record TestBatch(List<TestCommand> commands) implements CommandBatch {

        @Override
        public long firstIndex() {
            return commands.get(0).index();
        }

        @Override
        public long lastIndex() {
            return commands.get(commands.size() - 1).index();
        }

        @Override
        public int size() {
            return commands.size();
        }

        @Override
        public Iterator<Command> iterator() {
            return List.<Command>copyOf(commands).iterator();
        }
    }
}
