package io.pecanraft.testkit.contract;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SessionInfo;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/**
 * Commands as the library hands them to a state machine, with what that replies to each: for tests of a state machine alone, without a
 * node. The commands are of no session. Not thread-safe.
 */
public final class FedBatch implements CommandBatch {

    private final List<Fed> commands;

    /**
     * A batch.
     *
     * @param payloads of the commands, at least one; handed over as read-only views
     * @param firstIndex the index of the first; the others follow it
     * @param timestampMillis the timestamp of the command at an index
     */
    public FedBatch(List<ByteBuffer> payloads, long firstIndex, LongUnaryOperator timestampMillis) {
        commands = IntStream.range(0, payloads.size())
                .mapToObj(i -> new Fed(firstIndex + i, timestampMillis.applyAsLong(firstIndex + i), payloads.get(i)))
                .toList();
    }

    /** What was replied, in the order of the commands; empty where it was not. */
    public List<Optional<ByteBuffer>> replies() {
        return commands.stream().map(command -> command.reply).toList();
    }

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

    private static final class Fed implements Command {

        private final long index;
        private final long timestampMillis;
        private final ByteBuffer payload;
        private Optional<ByteBuffer> reply = Optional.empty();

        private Fed(long index, long timestampMillis, ByteBuffer payload) {
            this.index = index;
            this.timestampMillis = timestampMillis;
            this.payload = payload;
        }

        @Override
        public long index() {
            return index;
        }

        @Override
        public long timestampMillis() {
            return timestampMillis;
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
                throw new IllegalStateException("second reply to command " + index);
            }
            reply = Optional.of(result.slice());
        }
    }
}
