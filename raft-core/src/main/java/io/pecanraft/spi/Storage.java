package io.pecanraft.spi;

import java.time.Duration;

/**
 * Everything a node remembers: log, hard state, formation record and snapshots, under one lock. Belongs to one node, which
 * closes it.
 */
public interface Storage extends AutoCloseable {

    /** Whose data this is. */
    StorageIdentity identity();

    /** The log with term, vote and formation record. The same object at every call. */
    RaftLog log();

    /** The snapshots. The same object at every call. */
    SnapshotStore snapshots();

    /** What the slowest of a few small flushes took when this was opened; zero if that was not tried. An election takes several. */
    default Duration slowestProbe() {
        return Duration.ZERO;
    }

    /** Stops the writer after what was given to it, releases the lock. Idempotent. */
    @Override
    void close();
}
