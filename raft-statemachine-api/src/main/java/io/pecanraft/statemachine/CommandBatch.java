package io.pecanraft.statemachine;

/**
 * Committed commands in log order, at least one. Indices strictly increase; they may have gaps, because the log also
 * holds entries of the library itself, which a state machine never sees.
 */
public interface CommandBatch extends Iterable<Command> {

    /** The log index of the first command. */
    long firstIndex();

    /** The log index of the last command. */
    long lastIndex();

    /** The number of commands, at least 1. */
    int size();
}
