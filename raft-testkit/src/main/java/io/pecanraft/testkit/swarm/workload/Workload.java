package io.pecanraft.testkit.swarm.workload;

import io.pecanraft.statemachine.StateMachine;
import java.nio.ByteBuffer;

/**
 * A state machine as its clients see it: what they ask, and what one server alone would answer. With that a {@link
 * io.pecanraft.testkit.swarm.Swarm} drives it through the same random stories of faults as the library itself, holds every
 * reply and every read against the committed log, and judges in the end whether all that the clients were told is linearizable.
 *
 * <p>All methods are pure, but for {@link #newStateMachine}: what they return depends on their arguments alone. States, inputs and
 * outputs are immutable values; states and outputs have {@code equals} and {@code hashCode}.
 *
 * @param <S> the state of one key
 * @param <I> what is asked: commands and queries
 * @param <O> what is answered
 */
public interface Workload<S, I, O> {

    /** A new state machine, for a server that starts. It has no clock and no randomness of its own. */
    StateMachine newStateMachine();

    /** The state of a key before anything happened. */
    S initial();

    /** What one server alone would do. After a query the state is the same. */
    Step<S, O> step(S state, I input);

    /** A command. Different drafts should make commands that the state tells apart, since what nobody can see nobody can check. */
    I command(Draft draft);

    /** A query of what the commands change. */
    I query(int key);

    /** What is put to the state machine. */
    ByteBuffer encode(I input);

    /** What the state machine has answered. */
    O decode(I input, ByteBuffer answer);

    /**
     * Whether equal states make equal snapshots, to the byte. Then snapshots of the same entry are compared between servers, so that
     * what one of them forgot is found though nobody asks for it. Not so where a snapshot is in the order of a hash table.
     */
    default boolean hasCanonicalSnapshots() {
        return false;
    }

    /**
     * Commands and queries with different keys do not concern each other: each key has a state of its own. Where nothing is said, or a
     * command concerns several things at once, there is one key and one state for all.
     *
     * <p>What a command does must follow from the state and the command alone, so a state machine that heeds the time of the log, its index
     * or the session cannot be described.
     */
    default Object keyOf(I input) {
        return "";
    }
}
