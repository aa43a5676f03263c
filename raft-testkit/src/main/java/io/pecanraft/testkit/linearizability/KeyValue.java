package io.pecanraft.testkit.linearizability;

import java.util.Optional;

/** A map of strings in which every key holds the empty string at first. Keys do not concern each other. */
public final class KeyValue implements SequentialModel<String, KeyValue.Request, KeyValue.Answer> {

    /** What is asked. */
    public sealed interface Request {
        /** Of which key. */
        String key();
    }

    /** What does it hold? */
    public record Get(String key) implements Request {}

    /** Hold this. */
    public record Put(String key, String value) implements Request {}

    /** Hold what you hold with this at its end. */
    public record Append(String key, String value) implements Request {}

    /** What is answered. */
    public sealed interface Answer {}

    /** What the key holds, to a get. */
    public record Value(String value) implements Answer {}

    /** Done, to a put or an append. */
    public record Done() implements Answer {}

    /** Done, and the value is this long now, to an append: servers that say so can be held to it. */
    public record Length(long characters) implements Answer {}

    @Override
    public String initial() {
        return "";
    }

    @Override
    public Optional<String> answered(String state, Request request, Answer answer) {
        String after = unanswered(state, request);
        boolean fits;
        if (answer instanceof Value value) {
            fits = request instanceof Get && value.value().equals(state);
        } else if (answer instanceof Length length) {
            fits = request instanceof Append && length.characters() == after.length();
        } else {
            fits = !(request instanceof Get);
        }
        return fits ? Optional.of(after) : Optional.empty();
    }

    @Override
    public String unanswered(String state, Request request) {
        if (request instanceof Put put) {
            return put.value();
        }
        return request instanceof Append append ? state + append.value() : state;
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
    public String describe(String state) {
        return '"' + state + '"';
    }

    @Override
    public String describe(Operation<Request, Answer> operation) {
        String request;
        if (operation.input() instanceof Put put) {
            request = "put " + describe(put.value());
        } else if (operation.input() instanceof Append append) {
            request = "append " + describe(append.value());
        } else {
            request = "get";
        }
        return request + operation.output().map(this::describeAnswer).orElse(" -> ?");
    }

    private String describeAnswer(Answer answer) {
        if (answer instanceof Value value) {
            return " -> " + describe(value.value());
        }
        return answer instanceof Length length ? " -> length " + length.characters() : "";
    }
}
