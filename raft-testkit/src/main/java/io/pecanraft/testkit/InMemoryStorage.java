package io.pecanraft.testkit;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.testkit.sim.LogImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A storage in memory, for tests with real threads: everything is called durable at once, and lost with the process. {@link
 * #reopen} gives a restarted node what the closed one had.
 *
 * <p>Thread-safe. For what happens on real disks use {@link SimCluster}, whose disks forget.
 */
public final class InMemoryStorage implements Storage {

    private final StorageIdentity identity;
    private final Data data;
    private final MemoryLog log = new MemoryLog();
    private final MemorySnapshots snapshots = new MemorySnapshots();
    private boolean closed;

    /** What outlives a node; also the lock for all of it. */
    private static final class Data {
        final LogImage image = new LogImage();

        @Nullable
        SnapshotMeta snapshotMeta;

        byte[] snapshot = new byte[0];
        boolean open;
        boolean condemned;
    }

    /**
     * An empty storage.
     *
     * @param identity whose it is; see {@link #randomIncarnation}
     */
    public InMemoryStorage(StorageIdentity identity) {
        this(identity, new Data());
    }

    private InMemoryStorage(StorageIdentity identity, Data data) {
        this.identity = identity;
        this.data = data;
        synchronized (data) {
            if (data.open) {
                throw new StorageException(
                        StorageException.Reason.LOCKED,
                        "the storage of " + identity.node() + " is still open; close it");
            }
            data.open = true;
        }
    }

    /** An incarnation as a fresh data directory would draw it. */
    public static Incarnation randomIncarnation() {
        UUID random = UUID.randomUUID();
        return new Incarnation(random.getMostSignificantBits(), random.getLeastSignificantBits());
    }

    /**
     * The same data, for a new node; another storage, new and empty, if it was given up.
     *
     * @throws StorageException when this storage was not closed
     */
    public InMemoryStorage reopen() {
        synchronized (data) {
            if (!data.condemned) {
                return new InMemoryStorage(identity, data);
            }
        }
        InMemoryStorage other = new InMemoryStorage(
                new StorageIdentity(identity.cluster(), identity.group(), identity.node(), randomIncarnation()));
        other.data.image.hasMetACluster();
        return other;
    }

    @Override
    public StorageIdentity identity() {
        return identity;
    }

    @Override
    public RaftLog log() {
        return log;
    }

    @Override
    public SnapshotStore snapshots() {
        return snapshots;
    }

    @Override
    public void close() {
        synchronized (data) {
            if (!closed) {
                closed = true;
                data.open = false;
            }
        }
    }

    private final class MemoryLog implements RaftLog {

        private @Nullable Listener listener;

        @Override
        public RecoveredLog recover() {
            synchronized (data) {
                return data.image.recovered();
            }
        }

        @Override
        public void start(Listener newListener) {
            listener = newListener;
        }

        @Override
        public void write(LogWrite write) {
            synchronized (data) {
                if (closed || data.condemned) {
                    return;
                }
                data.image.apply(write, LogImage.steps(write), base -> 0);
            }
            Listener to = listener;
            if (to != null) {
                to.onDurable(write.ticket(), 0, 1);
            }
        }

        @Override
        public CompletableFuture<List<LogEntry>> read(long fromIndex, long toIndexExclusive, int maxBytes) {
            synchronized (data) {
                if (fromIndex <= data.image.base().index() || fromIndex > data.image.lastIndex()) {
                    return CompletableFuture.failedFuture(new StorageException(
                            StorageException.Reason.CORRUPT,
                            "no entry " + fromIndex + " in a log from "
                                    + (data.image.base().index() + 1) + " to " + data.image.lastIndex()));
                }
                return CompletableFuture.completedFuture(data.image.read(fromIndex, toIndexExclusive, maxBytes));
            }
        }

        @Override
        public void compact(long throughIndex) {
            synchronized (data) {
                data.image.compact(throughIndex);
            }
        }

        @Override
        public void condemn(StorageException why) {
            synchronized (data) {
                if (closed) {
                    return;
                }
                data.condemned = true;
            }
            Listener to = listener;
            if (to != null) {
                to.onFailure(why);
            }
        }
    }

    private final class MemorySnapshots implements SnapshotStore {

        @Override
        public Optional<SnapshotMeta> latest() {
            synchronized (data) {
                return Optional.ofNullable(data.snapshotMeta);
            }
        }

        @Override
        public Writer begin(EntryId lastIncluded, Membership membership, long lastTimestampMillis) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            return new Writer() {
                @Override
                public OutputStream stream() {
                    return out;
                }

                @Override
                public SnapshotMeta commit() throws IOException {
                    byte[] bytes = out.toByteArray();
                    SnapshotMeta meta = new SnapshotMeta(
                            lastIncluded, membership, lastTimestampMillis, bytes.length, checksum(bytes));
                    store(meta, bytes);
                    return meta;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public Incoming receive(SnapshotMeta meta) {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            return new Incoming() {
                @Override
                public long receivedBytes() {
                    return received.size();
                }

                @Override
                public void append(ByteBuffer chunk) {
                    byte[] bytes = new byte[chunk.remaining()];
                    chunk.duplicate().get(bytes);
                    received.writeBytes(bytes);
                }

                @Override
                public void commit() throws IOException {
                    byte[] bytes = received.toByteArray();
                    if (bytes.length != meta.sizeBytes() || checksum(bytes) != meta.checksum()) {
                        throw new IOException("received " + bytes.length + " bytes that are not the snapshot " + meta);
                    }
                    store(meta, bytes);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public Reader open(SnapshotMeta meta) throws IOException {
            synchronized (data) {
                if (!meta.equals(data.snapshotMeta)) {
                    throw new IOException("no snapshot of " + meta.lastIncluded() + " any more");
                }
                return new MemoryReader(meta, data.snapshot);
            }
        }

        private void store(SnapshotMeta meta, byte[] bytes) throws IOException {
            synchronized (data) {
                SnapshotMeta newest = data.snapshotMeta;
                if (newest != null && newest.lastIncludedIndex() > meta.lastIncludedIndex()) {
                    throw new IOException("the snapshot at " + meta.lastIncluded() + " came after a newer one at "
                            + newest.lastIncluded());
                }
                data.snapshotMeta = meta;
                data.snapshot = bytes;
            }
        }

        private int checksum(byte[] bytes) {
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            return (int) crc.getValue();
        }
    }

    private static final class MemoryReader implements SnapshotStore.Reader {

        private final SnapshotMeta meta;
        private final byte[] bytes;

        MemoryReader(SnapshotMeta meta, byte[] bytes) {
            this.meta = meta;
            this.bytes = bytes;
        }

        @Override
        public SnapshotMeta meta() {
            return meta;
        }

        @Override
        public ByteBuffer read(long offset, int maxBytes) {
            int from = (int) offset;
            return ByteBuffer.wrap(bytes, from, Math.min(maxBytes, bytes.length - from))
                    .slice()
                    .asReadOnlyBuffer();
        }

        @Override
        public InputStream stream() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void close() {}
    }
}
