package io.pecanraft.testkit.linearizability;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link LinearizabilityChecker} found. Only {@link Linearizable} is good news: a search that ran out of time has shown
 * nothing.
 *
 * @param <S> the state of the model
 * @param <I> what is asked
 * @param <O> what is answered
 */
public sealed interface Judgement<S, I, O> {

    /** How many configurations, that is sets of placed operations with a state, the search has seen. */
    long configurations();

    /** There is such an order; one that was {@linkplain LinearizabilityChecker#tryingFirst given} takes no configurations. */
    record Linearizable<S, I, O>(long configurations) implements Judgement<S, I, O> {}

    /**
     * There is no such order for the operations with one key.
     *
     * @param key the key
     * @param operations those with this key, as they looked when the answer arrived that cannot be: nothing called later, and
     *     no answers that came later
     * @param culprit the operation whose answer cannot be: before it arrived there was an order
     * @param order a longest order that explains a part of the answers
     * @param states the states before, between and after the operations of this order, hence one more
     * @param blocked the operations that would have to come next, none of which fits the last state
     */
    record Violation<S, I, O>(
            Object key,
            List<Operation<I, O>> operations,
            Operation<I, O> culprit,
            List<Operation<I, O>> order,
            List<S> states,
            List<Operation<I, O>> blocked,
            long configurations)
            implements Judgement<S, I, O> {

        /** The state after the longest order. */
        public S lastState() {
            return states.get(states.size() - 1);
        }
    }

    /**
     * The search was given up before it found an order or the lack of one.
     *
     * @param key the key
     * @param operations how many operations there are with this key
     * @param elapsed how long it took
     */
    record NotDecided<S, I, O>(Object key, int operations, Duration elapsed, long configurations)
            implements Judgement<S, I, O> {}
}
