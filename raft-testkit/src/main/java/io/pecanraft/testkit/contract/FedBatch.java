package io.pecanraft.testkit.contract;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SessionInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Commands as the library hands them over, with what the state machine replies to each. */
final class FedBatch implements CommandBatch {

    private static final long MILLIS_PER_COMMAND = 10;
    private static final long FIRST_MILLIS = 1_767_225_600_000L;

    private final List<Fed> commands = new ArrayList<>();

    /** These commands of a longer list; the first of that list has index 1. */
    FedBatch(List<ByteBuffer> all, int from, int toExclusive) {
        for (int i = from; i < toExclusive; i++) {
            commands.add(new Fed(i + 1L, all.get(i)));
        }
    }

    /** What was replied; empty where it was not. */
    List<ByteBuffer> replies() {
        List<ByteBuffer> replies = new ArrayList<>();
        for (Fed command : commands) {
            ByteBuffer reply = command.reply;
            replies.add(reply == null ? ByteBuffer.allocate(0) : reply);
        }
        return replies;
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
        private final ByteBuffer payload;
        private @Nullable ByteBuffer reply;

        private Fed(long index, ByteBuffer payload) {
            this.index = index;
            this.payload = payload;
        }

        @Override
        public long index() {
            return index;
        }

        @Override
        public long timestampMillis() {
            return FIRST_MILLIS + index * MILLIS_PER_COMMAND;
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
            if (reply != null) {
                throw new IllegalStateException("second reply to command " + index);
            }
            reply = result.slice();
        }
    }
}
