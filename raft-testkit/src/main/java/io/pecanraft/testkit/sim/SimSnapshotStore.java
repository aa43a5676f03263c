package io.pecanraft.testkit.sim;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.testkit.sim.SimDisk.StoredSnapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The snapshots of a simulated disk. What is being written or received lives in memory and dies with the process. */
final class SimSnapshotStore implements SnapshotStore {

    private final SimDisk disk;
    private @Nullable SimIncoming incoming;

    SimSnapshotStore(SimDisk disk) {
        this.disk = disk;
    }

    @Override
    public Optional<SnapshotMeta> latest() {
        return disk.newestSnapshot();
    }

    @Override
    public Writer begin(EntryId lastIncluded, Membership membership, long lastTimestampMillis) {
        return new SimWriter(lastIncluded, membership, lastTimestampMillis);
    }

    @Override
    public Incoming receive(SnapshotMeta meta) {
        if (incoming != null) {
            incoming.close();
        }
        incoming = new SimIncoming(meta);
        return incoming;
    }

    @Override
    public Reader open(SnapshotMeta meta) throws IOException {
        return disk.snapshot(meta)
                .map(SimReader::new)
                .orElseThrow(() -> new IOException("no snapshot of " + meta.lastIncluded()));
    }

    private static int checksum(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return (int) crc.getValue();
    }

    private void store(SnapshotMeta meta, byte[] data) throws IOException {
        if (disk.takeSnapshotFailure()) {
            throw new IOException("simulated failure to store a snapshot");
        }
        disk.store(new StoredSnapshot(meta, ByteBuffer.wrap(data).asReadOnlyBuffer()));
    }

    private final class SimWriter implements Writer {

        private final EntryId lastIncluded;
        private final Membership membership;
        private final long lastTimestampMillis;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        SimWriter(EntryId lastIncluded, Membership membership, long lastTimestampMillis) {
            this.lastIncluded = lastIncluded;
            this.membership = membership;
            this.lastTimestampMillis = lastTimestampMillis;
        }

        @Override
        public OutputStream stream() {
            return out;
        }

        @Override
        public SnapshotMeta commit() throws IOException {
            byte[] data = out.toByteArray();
            SnapshotMeta meta =
                    new SnapshotMeta(lastIncluded, membership, lastTimestampMillis, data.length, checksum(data));
            store(meta, data);
            return meta;
        }

        @Override
        public void close() {}
    }

    private final class SimIncoming implements Incoming {

        private final SnapshotMeta meta;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private boolean closed;

        SimIncoming(SnapshotMeta meta) {
            this.meta = meta;
        }

        @Override
        public long receivedBytes() {
            return received.size();
        }

        @Override
        public void append(ByteBuffer data) throws IOException {
            if (closed) {
                throw new IOException("the snapshot of " + meta.lastIncluded() + " is no longer being received");
            }
            byte[] bytes = new byte[data.remaining()];
            data.get(data.position(), bytes);
            received.writeBytes(bytes);
        }

        @Override
        public void commit() throws IOException {
            byte[] data = received.toByteArray();
            if (data.length != meta.sizeBytes() || checksum(data) != meta.checksum()) {
                disk.verdict.fail(
                        "snapshot-contract",
                        disk.identity().node() + " assembled " + data.length + " bytes that are not the snapshot "
                                + meta);
                throw new IOException("size or checksum differ");
            }
            store(meta, data);
            closed = true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class SimReader implements Reader {

        private final StoredSnapshot snapshot;

        SimReader(StoredSnapshot snapshot) {
            this.snapshot = snapshot;
        }

        @Override
        public SnapshotMeta meta() {
            return snapshot.meta();
        }

        @Override
        public ByteBuffer read(long offset, int maxBytes) {
            int from = (int) offset;
            return snapshot.data()
                    .slice(from, Math.min(maxBytes, snapshot.data().capacity() - from));
        }

        @Override
        public InputStream stream() {
            byte[] bytes = new byte[snapshot.data().capacity()];
            snapshot.data().get(0, bytes);
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void close() {}
    }
}
