package io.pecanraft.benchmarks.load;

import io.pecanraft.benchmarks.system.Operation;

/** A connection to the leader, to be used on its own thread. */
public interface Connection {

    /** Sends an operation, perhaps not before the next {@link #flush()}. */
    void send(Operation operation, int slot, long key);

    /** Sends what was not sent yet. */
    void flush();
}
