package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.util.Optional;

/** A connection to one node, for one thread. */
public interface Client extends AutoCloseable {

    /**
     * Sends a command and waits for its answer.
     *
     * @return the answer as text; empty for nil
     * @throws Refused when the answer is an error
     * @throws IOException when there is none in time: whether the command was carried out is not known, and nothing more can be
     *     asked on this connection
     */
    Optional<String> call(String... command) throws IOException;

    @Override
    void close();

    /** The server has answered with an error. */
    final class Refused extends IOException {

        private static final long serialVersionUID = 1L;

        /** With the text of the error. */
        public Refused(String message) {
            super(message);
        }
    }
}
