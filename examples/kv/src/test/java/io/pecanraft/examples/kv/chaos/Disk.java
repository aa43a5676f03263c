package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.nio.file.Path;

/** Where one server keeps its data, and what can happen to that. For one thread at a time. */
interface Disk extends AutoCloseable {

    /** The directory for the server's data. */
    Path data();

    /** Takes all room that is left. */
    void fill() throws IOException;

    /** Gives it back. */
    void free() throws IOException;

    /** Nothing that is not on the medium by now will ever be. Whoever uses it gets errors from now on. */
    void losePower() throws IOException;

    /** After a loss of power, when nobody uses it any more: it is there again, with what is on the medium. */
    void restorePower() throws IOException;

    /** Ends its use. The data stay where they are. */
    @Override
    void close();
}
