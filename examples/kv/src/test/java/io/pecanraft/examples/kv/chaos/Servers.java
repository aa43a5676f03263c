package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The server processes of one round, which know how each was meant to end. Thread-safe. */
public interface Servers extends Nodes, AutoCloseable {

    /** However this process ends from now on, it was meant to, until it is started again. */
    void expectEnd(int i);

    /** There is no room on its disk, or there is again: a server that starts without room refuses to, and ends by itself. */
    void diskIsFull(int i, boolean full);

    /** Whose wall clock can be set. */
    int clockServer();

    /** That wall clock is off by so many seconds, also when its server is started again. */
    void setClockOff(long seconds) throws IOException;

    /** Asks a process to end (SIGTERM), and waits for it. Ends it by force where that takes too long, which was not meant. */
    void terminate(int i);

    /** The identity of the process for the system. */
    long pid(int i);

    /** The exit code of the process that was started last, once it has ended; of that process also when another one was started since. */
    CompletableFuture<Integer> end(int i);

    /** What has ended otherwise than it was meant to, in sentences. */
    List<String> surprises();

    /** On which Java each process was started, in the order of the starts. */
    List<String> starts();

    /** Ends all. */
    @Override
    void close();
}
