package io.pecanraft.examples.lock;

import io.pecanraft.testkit.contract.FedBatch;
import java.nio.ByteBuffer;
import java.util.List;

/** A log of one command after the other, whose time a test moves on. */
final class Log {

    private final Locks locks;
    private long index;
    private long nowMillis = 1_000;

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
        FedBatch batch = new FedBatch(List.of(command), index, at -> nowMillis);
        locks.apply(batch);
        return LockReply.decode(batch.replies().get(0).orElseThrow());
    }
}
