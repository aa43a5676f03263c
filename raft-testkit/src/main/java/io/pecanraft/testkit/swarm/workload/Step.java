package io.pecanraft.testkit.swarm.workload;

/**
 * What comes of a command or query.
 *
 * @param after the state after it
 * @param output what is answered
 * @param <S> a state
 * @param <O> an answer
 */
public record Step<S, O>(S after, O output) {}
