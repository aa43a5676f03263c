package io.pecanraft.testkit.linearizability;

import java.util.Optional;

/** One register that holds a number, or nothing at first; it is read, written, or changed if it holds what is expected. */
public final class CompareAndSetRegister
        implements SequentialModel<Optional<Long>, CompareAndSetRegister.Request, CompareAndSetRegister.Answer> {

    /** What is asked. */
    public sealed interface Request {}

    /** What does it hold? */
    public record Read() implements Request {}

    /** Hold this. */
    public record Write(long value) implements Request {}

    /** Hold this if you hold that. */
    public record CompareAndSet(long expected, long value) implements Request {}

    /** What is answered. */
    public sealed interface Answer {}

    /** What it holds, to a read. */
    public record Value(Optional<Long> value) implements Answer {}

    /** Done: to a write always; to a compare-and-set if it held what was expected. */
    public record Done() implements Answer {}

    /** Not done, since it held something else: to a compare-and-set. */
    public record Different() implements Answer {}

    @Override
    public Optional<Long> initial() {
        return Optional.empty();
    }

    @Override
    public Optional<Optional<Long>> answered(Optional<Long> state, Request request, Answer answer) {
        boolean fits;
        if (answer instanceof Value value) {
            fits = request instanceof Read && value.value().equals(state);
        } else if (request instanceof CompareAndSet change) {
            fits = answer instanceof Done == state.equals(Optional.of(change.expected()));
        } else {
            fits = request instanceof Write && answer instanceof Done;
        }
        return fits ? Optional.of(unanswered(state, request)) : Optional.empty();
    }

    @Override
    public Optional<Long> unanswered(Optional<Long> state, Request request) {
        if (request instanceof Write write) {
            return Optional.of(write.value());
        }
        if (request instanceof CompareAndSet change && state.equals(Optional.of(change.expected()))) {
            return Optional.of(change.value());
        }
        return state;
    }

    @Override
    public boolean isRead(Request request) {
        return request instanceof Read;
    }

    @Override
    public String describe(Optional<Long> state) {
        return state.map(String::valueOf).orElse("nil");
    }

    @Override
    public String describe(Operation<Request, Answer> operation) {
        String request;
        if (operation.input() instanceof Write write) {
            request = "write " + write.value();
        } else if (operation.input() instanceof CompareAndSet change) {
            request = "cas " + change.expected() + " to " + change.value();
        } else {
            request = "read";
        }
        return request + operation.output().map(this::describeAnswer).orElse(" -> ?");
    }

    private String describeAnswer(Answer answer) {
        if (answer instanceof Value value) {
            return " -> " + describe(value.value());
        }
        return answer instanceof Done ? "" : " -> different";
    }
}
