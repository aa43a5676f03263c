package io.pecanraft.benchmarks.system;

import io.pecanraft.benchmarks.load.Connector;
import java.util.List;
import java.util.Set;

/** A system that can be measured. */
public interface BenchmarkedSystem {

    /** As the command line names it. */
    String name();

    /** The release that is on the class path. */
    String version();

    /** What it can promise. One that only promises nothing is measured whatever is asked for, and its results say so. */
    Set<Guarantee> guarantees();

    /** What clients can ask for. Not measured where it is asked for something else. */
    default Set<Operation> operations() {
        return Set.of(Operation.WRITE);
    }

    /** Whether a server can have many Raft groups. Not measured with several otherwise. */
    default boolean hasGroups() {
        return false;
    }

    /** Whether snapshots can be left to those who ask for them, and hold ballast; see {@link Snapshots}. */
    default boolean hasSnapshotsOnDemand() {
        return false;
    }

    /**
     * Starts a server, which runs until its process ends, and returns while it looks for the others. Listens at {@link
     * ServerPlace#clientPort()}.
     */
    void startServer(ServerPlace place) throws Exception;

    /** What it needs of the JVMs of servers and client. */
    default List<String> javaOptions() {
        return List.of();
    }

    /** How the client reaches the leader. */
    Connector connector();
}
