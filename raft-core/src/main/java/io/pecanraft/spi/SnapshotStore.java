package io.pecanraft.spi;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Durable snapshots. A snapshot appears whole or not at all, and the newest one is never removed before a newer one is
 * durable.
 *
 * <p>All methods may block; the library calls them on its snapshot executor, one at a time, and {@link #latest} also
 * during recovery.
 */
public interface SnapshotStore {

    /** The newest complete snapshot. */
    Optional<SnapshotMeta> latest();

    /** Begins a snapshot of this server's own state. */
    Writer begin(EntryId lastIncluded, Membership membership, long lastTimestampMillis) throws IOException;

    /** Begins to receive a snapshot from a leader. What an earlier call left unfinished is discarded. */
    Incoming receive(SnapshotMeta meta) throws IOException;

    /**
     * Opens a complete snapshot, which stays readable until the reader is closed, even when a newer one replaces it.
     *
     * @throws IOException when there is no such snapshot
     */
    Reader open(SnapshotMeta meta) throws IOException;

    /** A snapshot being written. Closing without {@link #commit} discards it. */
    interface Writer extends Closeable {

        /** Where the data goes. Buffered; not to be closed. */
        OutputStream stream();

        /**
         * Makes the snapshot complete and durable, and the newest one.
         *
         * @throws IOException also when a write to the stream has failed, whoever has swallowed that, and when there is a newer one already, which
         *     stays
         */
        SnapshotMeta commit() throws IOException;

        @Override
        void close();
    }

    /** A snapshot being received. Closing without {@link #commit} discards it. */
    interface Incoming extends Closeable {

        /** Everything below this offset is here. */
        long receivedBytes();

        /** Adds the next chunk, at offset {@link #receivedBytes}. */
        void append(ByteBuffer data) throws IOException;

        /**
         * Verifies size and checksum against the announced ones and makes the snapshot complete, durable and the newest.
         *
         * @throws IOException when they differ; the snapshot is discarded
         */
        void commit() throws IOException;

        @Override
        void close();
    }

    /** A complete snapshot. */
    interface Reader extends Closeable {

        /** What it stands for. */
        SnapshotMeta meta();

        /**
         * Reads a part.
         *
         * @return exactly {@code min(maxBytes, sizeBytes - offset)} bytes, ready to be read
         */
        ByteBuffer read(long offset, int maxBytes) throws IOException;

        /** The whole data from the start, verified against the checksum at the latest when it ends. Closed with the reader. */
        InputStream stream() throws IOException;

        @Override
        void close();
    }
}
