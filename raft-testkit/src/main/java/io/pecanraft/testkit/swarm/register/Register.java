package io.pecanraft.testkit.swarm.register;

import io.pecanraft.testkit.sim.Hash;
import java.nio.ByteBuffer;

/**
 * The state of one register.
 *
 * @param version how many commands have changed it
 * @param value what it holds
 */
public record Register(long version, long value) {

    static final Register EMPTY = new Register(0, 0);
    static final int BYTES = 2 * Long.BYTES;

    Register after(RegisterCommand command) {
        long next = switch (command.kind()) {
            case PUT -> command.value();
            case APPEND -> Hash.mix(value, command.value());
            case INCREMENT -> value + command.value();
        };
        return new Register(version + 1, next);
    }

    @Override
    public String toString() {
        return value + " (" + version + ")";
    }

    ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES).putLong(version).putLong(value).flip();
    }

    static Register decode(ByteBuffer bytes) {
        return new Register(bytes.getLong(bytes.position()), bytes.getLong(bytes.position() + Long.BYTES));
    }
}
