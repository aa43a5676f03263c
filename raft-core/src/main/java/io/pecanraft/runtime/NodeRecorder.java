package io.pecanraft.runtime;

import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.StorageIdentity;

/**
 * What a node gives to a recording of JDK Flight Recorder, where the JVM has one. Raft thread.
 *
 * <p>An interface, so that no class is loaded that needs the module {@code jdk.jfr} where it is not there.
 */
interface NodeRecorder {

    /** Records nothing. */
    NodeRecorder NONE = new NodeRecorder() {};

    /** A recorder for this node; {@link #NONE} in a JVM without Flight Recorder. */
    static NodeRecorder of(StorageIdentity identity) {
        try {
            Class.forName("jdk.jfr.Event", false, NodeRecorder.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return NONE;
        }
        return new FlightEvents(identity);
    }

    /** The node's role changed. */
    default void roleChanged(RaftRole from, RaftRole to, long term, String reason) {}

    /** Entries up to an index were committed, the oldest so long after it was proposed here; 0 when it was not. */
    default void committed(int entries, long commitIndex, long oldestNanos) {}

    /** The log flushed. */
    default void flushed(int writes, int entries, long bytes, long nanos) {}

    /** A snapshot of the own state is durable. */
    default void snapshotTaken(SnapshotMeta meta, long captureNanos, long totalNanos) {}

    /** A snapshot from the leader replaced the state. */
    default void snapshotInstalled(SnapshotMeta meta, long nanos) {}
}
