package io.pecanraft.examples.lock;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SessionInfo;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A log of one command after the other, whose time a test moves on. */
final class Log {

    private final Locks locks;
    private long index;
    private long nowMillis = 1_000;
    private ByteBuffer reply = ByteBuffer.allocate(0);

    Log(Locks locks) {
        this.locks = locks;
    }

    /** The index of the last command. */
    long index() {
        return index;
    }

    void pass(long millis) {
        nowMillis += millis;
    }

    LockReply apply(LockCommand command) {
        return apply(command.encode());
    }

    LockReply apply(ByteBuffer command) {
        index++;
        locks.apply(new One(command));
        return LockReply.decode(reply);
    }

    private final class One implements CommandBatch, Command {

        private final ByteBuffer payload;

        private One(ByteBuffer payload) {
            this.payload = payload;
        }

        @Override
        public long firstIndex() {
            return index;
        }

        @Override
        public long lastIndex() {
            return index;
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public Iterator<Command> iterator() {
            return List.<Command>of(this).iterator();
        }

        @Override
        public long index() {
            return index;
        }

        @Override
        public long timestampMillis() {
            return nowMillis;
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
            reply = result;
        }
    }
}
