package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonObject;
import java.util.Optional;

/** Play servers that are there whatever is done to them. */
interface UnbreakableNodes extends Nodes {

    @Override
    default State state(int i) {
        return State.RUNNING;
    }

    @Override
    default void kill(int i) {}

    @Override
    default void start(int i) {}

    @Override
    default void proceed(int i) {}

    @Override
    default Optional<JsonObject> ask(int i) {
        return Optional.empty();
    }
}
