package io.pecanraft.spi;

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

    /** Stops the writer after what was given to it, releases the lock. Idempotent. */
    @Override
    void close();
}
