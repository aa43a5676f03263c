package io.pecanraft.examples.kv.chaos;

import io.pecanraft.testkit.linearizability.Operation;
import io.pecanraft.testkit.linearizability.SequentialModel;
import java.util.Optional;

/** What one server alone would do with keys that are read, written, written if absent ({@code SET NX}), and taken ({@code GETDEL}). */
final class ConditionalKeys
        implements SequentialModel<Optional<String>, ConditionalKeys.Request, ConditionalKeys.Answer> {

    /** What is asked. */
    sealed interface Request {
        String key();
    }

    record Get(String key) implements Request {}

    record Set(String key, String value) implements Request {}

    record SetIfAbsent(String key, String value) implements Request {}

    record Take(String key) implements Request {}

    /** What is answered. */
    sealed interface Answer {}

    /** To a get and to a take: what the key held. */
    record Held(Optional<String> value) implements Answer {}

    /** To a set always; to a set-if-absent if nothing was there. */
    record Done() implements Answer {}

    /** To a set-if-absent: something was there. */
    record Present() implements Answer {}

    @Override
    public Optional<String> initial() {
        return Optional.empty();
    }

    @Override
    public Optional<Optional<String>> answered(Optional<String> state, Request request, Answer answer) {
        boolean fits;
        if (request instanceof Get || request instanceof Take) {
            fits = answer.equals(new Held(state));
        } else if (request instanceof SetIfAbsent) {
            fits = answer.equals(state.isEmpty() ? new Done() : new Present());
        } else {
            fits = answer.equals(new Done());
        }
        return fits ? Optional.of(unanswered(state, request)) : Optional.empty();
    }

    @Override
    public Optional<String> unanswered(Optional<String> state, Request request) {
        if (request instanceof Set set) {
            return Optional.of(set.value());
        } else if (request instanceof SetIfAbsent set) {
            return state.isEmpty() ? Optional.of(set.value()) : state;
        }
        return request instanceof Take ? Optional.empty() : state;
    }

    @Override
    public Object keyOf(Request request) {
        return request.key();
    }

    @Override
    public boolean isRead(Request request) {
        return request instanceof Get;
    }

    @Override
    public String describe(Optional<String> state) {
        return state.orElse("nil");
    }

    @Override
    public String describe(Operation<Request, Answer> operation) {
        Request request = operation.input();
        String asked;
        if (request instanceof Set set) {
            asked = "set " + set.value();
        } else if (request instanceof SetIfAbsent set) {
            asked = "set if absent " + set.value();
        } else {
            asked = request instanceof Get ? "get" : "take";
        }
        return asked + operation.output().map(this::describeAnswer).orElse(" -> ?");
    }

    private String describeAnswer(Answer answer) {
        if (answer instanceof Held held) {
            return " -> " + describe(held.value());
        }
        return answer instanceof Present ? " -> present" : "";
    }
}
