package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The processes that chaos comes over, numbered from 0. Thread-safe. */
public interface Nodes {

    /** What a process is at the moment. */
    enum State {
        /** Alive. */
        RUNNING,
        /** Alive and stopped by SIGSTOP. */
        PAUSED,
        /** Gone. */
        DOWN
    }

    /** Their names. */
    List<String> names();

    /** What a process is. */
    State state(int i);

    /** Ends it with SIGKILL. */
    void kill(int i);

    /**
     * Starts it on the data that it has left.
     *
     * @throws IOException saying why that is not possible
     */
    void start(int i) throws IOException;

    /**
     * Stops it with SIGSTOP.
     *
     * @throws IOException saying why that is not possible
     */
    void pause(int i) throws IOException;

    /** Lets it go on with SIGCONT. */
    void proceed(int i);

    /** What it says of itself, as {@code RAFT STATUS JSON}; empty when it does not answer in time. */
    Optional<JsonObject> ask(int i);

    /**
     * Connects as a client.
     *
     * @throws IOException when nobody accepts
     */
    Client connect(int i) throws IOException;
}
