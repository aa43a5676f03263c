package io.pecanraft.testkit.linearizability;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one client asked for and was told. Times are of one clock that never goes back; an operation that returned at the very
 * moment when another was called counts as concurrent with it.
 *
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class Operation<I, O> {

    private final String client;
    private final I input;
    private final long calledAt;
    private final @Nullable O output;
    private final long returnedAt;

    private Operation(String client, I input, long calledAt, @Nullable O output, long returnedAt) {
        if (returnedAt < calledAt) {
            throw new IllegalArgumentException(
                    input + " of " + client + " returned at " + returnedAt + ", before its call at " + calledAt);
        }
        this.client = client;
        this.input = input;
        this.calledAt = calledAt;
        this.output = output;
        this.returnedAt = returnedAt;
    }

    /** An operation that was answered. */
    public static <I, O> Operation<I, O> answered(String client, I input, long calledAt, O output, long returnedAt) {
        return new Operation<>(client, input, calledAt, output, returnedAt);
    }

    /** An operation of unknown outcome: it may take effect at any time after its call, or never. */
    public static <I, O> Operation<I, O> unanswered(String client, I input, long calledAt) {
        return new Operation<>(client, input, calledAt, null, Long.MAX_VALUE);
    }

    /**
     * An operation whose answer never arrived, but is known from elsewhere: it may take effect at any time after its call, or
     * never, but if it does then with this answer. That spares a search most of what it would have to try.
     */
    public static <I, O> Operation<I, O> answerLost(String client, I input, long calledAt, O output) {
        return new Operation<>(client, input, calledAt, output, Long.MAX_VALUE);
    }

    /** The state after it; empty if its answer, as far as it is known, would have been another. */
    <S> Optional<S> after(SequentialModel<S, I, O> model, S before) {
        return output == null ? Optional.of(model.unanswered(before, input)) : model.answered(before, input, output);
    }

    /** The same call before its answer arrived, which is known by now. */
    Operation<I, O> beforeAnswer() {
        return new Operation<>(client, input, calledAt, output, Long.MAX_VALUE);
    }

    /** Who called. */
    public String client() {
        return client;
    }

    /** What was asked. */
    public I input() {
        return input;
    }

    /** When. */
    public long calledAt() {
        return calledAt;
    }

    /** The answer, also one that never arrived; empty if it is not known. */
    public Optional<O> output() {
        return Optional.ofNullable(output);
    }

    /** Whether the answer arrived. */
    public boolean isAnswered() {
        return returnedAt != Long.MAX_VALUE;
    }

    /** When the answer arrived; the end of time if it did not. */
    public long returnedAt() {
        return returnedAt;
    }

    @Override
    public String toString() {
        return client + ": " + input + (output == null ? " -> ?" : " -> " + output);
    }
}
