package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.SnapshotStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;

/** Snapshots to be looked at, of zeros, as a test has them. */
final class PlayedSnapshots implements SnapshotStore {

    private final Supplier<Optional<SnapshotMeta>> latest;
    private final Runnable onOpen;

    /** Asks for the newest at each look, and tells of each that is opened. */
    PlayedSnapshots(Supplier<Optional<SnapshotMeta>> latest, Runnable onOpen) {
        this.latest = latest;
        this.onOpen = onOpen;
    }

    static SnapshotMeta of(int bytes) {
        return new SnapshotMeta(new EntryId(1, 1), TestLog.MEMBERSHIP, 0, bytes, 0);
    }

    @Override
    public Optional<SnapshotMeta> latest() {
        return latest.get();
    }

    @Override
    public Writer begin(EntryId lastIncluded, Membership membership, long lastTimestampMillis) {
        throw new UnsupportedOperationException("only looked at");
    }

    @Override
    public Incoming receive(SnapshotMeta meta) {
        throw new UnsupportedOperationException("only looked at");
    }

    @Override
    public Reader open(SnapshotMeta meta) {
        onOpen.run();
        return new Reader() {
            @Override
            public SnapshotMeta meta() {
                return meta;
            }

            @Override
            public ByteBuffer read(long offset, int maxBytes) {
                throw new UnsupportedOperationException("only read as a whole");
            }

            @Override
            public InputStream stream() {
                return new ByteArrayInputStream(new byte[(int) meta.sizeBytes()]);
            }

            @Override
            public void close() {}
        };
    }
}
