package io.pecanraft.testkit.linearizability;

import java.util.Optional;

/**
 * What one server alone would do. Pure: states are immutable values with {@code equals} and {@code hashCode}.
 *
 * @param <S> the state
 * @param <I> what is asked
 * @param <O> what is answered
 */
public interface SequentialModel<S, I, O> {

    /** The state before anything happened. */
    S initial();

    /** The state after an operation; empty if in this state the answer would have been another. */
    Optional<S> answered(S state, I input, O output);

    /** The state after an operation of which no answer was heard. */
    S unanswered(S state, I input);

    /** Operations with different keys do not concern each other. */
    default Object keyOf(I input) {
        return "";
    }

    /** Whether an operation changes nothing in any state, so that without an answer it tells nothing. */
    default boolean isRead(I input) {
        return false;
    }

    /** A state in words. */
    default String describe(S state) {
        return String.valueOf(state);
    }

    /** An operation in words. */
    default String describe(Operation<I, O> operation) {
        return operation.input()
                + operation.output().map(output -> " -> " + output).orElse(" -> ?");
    }
}
