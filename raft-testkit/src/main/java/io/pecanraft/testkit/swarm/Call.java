package io.pecanraft.testkit.swarm;

/** What a client does at a server, as a value. */
public sealed interface Call {

    /** Where. */
    int node();

    /** Sets a register, appends to it, or adds to it. */
    record Write(int node, RegisterCommand command) implements Call {}

    /** Reads a register, linearizably. */
    record Read(int node, int key) implements Call {}

    /** Asks for a snapshot, at whatever moment. */
    record Snapshot(int node) implements Call {}
}
