package io.pecanraft.benchmarks.load;

/** A connection to the leader, to be used on its own thread. */
public interface Connection {

    /** Sends a put, perhaps not before the next {@link #flush()}. */
    void put(int slot, long key);

    /** Sends what was not sent yet. */
    void flush();
}
