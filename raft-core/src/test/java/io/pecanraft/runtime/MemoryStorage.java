package io.pecanraft.runtime;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.spi.StorageIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;

/** A storage that remembers as long as the object lives, across nodes. Writes are durable when its executor runs them. */
final class MemoryStorage implements Storage {

    final StorageIdentity identity;
    final MemoryLog log;
    final MemorySnapshots snapshots = new MemorySnapshots();
    int closed;

    MemoryStorage(String node, Executor disk) {
        this.identity = new StorageIdentity(
                ClusterId.fromName("test"),
                GroupId.DEFAULT,
                NodeId.of(node),
                new Incarnation(node.hashCode() * 0x9e3779b97f4a7c15L, 1));
        this.log = new MemoryLog(disk);
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
        closed++;
    }

    static final class MemoryLog implements RaftLog {

        private final Executor disk;
        private HardState hardState = HardState.INITIAL;
        private Optional<FormationRecord> formation = Optional.empty();
        EntryId base = EntryId.ZERO;
        RepairMarker repair = RepairMarker.NONE;
        final TreeMap<Long, LogEntry> entries = new TreeMap<>();
        private Listener listener;
        StorageException failNext;

        MemoryLog(Executor disk) {
            this.disk = disk;
        }

        @Override
        public synchronized RecoveredLog recover() {
            List<EntryId> termStarts = new ArrayList<>();
            List<LogEntry> memberships = new ArrayList<>();
            long term = 0;
            for (LogEntry entry : entries.values()) {
                if (entry.term() != term) {
                    termStarts.add(entry.id());
                    term = entry.term();
                }
                if (entry.type() == EntryType.MEMBERSHIP) {
                    memberships.add(entry);
                }
            }
            return new RecoveredLog(
                    hardState,
                    formation,
                    base,
                    entries.isEmpty() ? base.index() : entries.lastKey(),
                    termStarts,
                    memberships,
                    entries.isEmpty() ? 0 : entries.lastEntry().getValue().timestampMillis(),
                    repair);
        }

        @Override
        public synchronized void start(Listener newListener) {
            this.listener = newListener;
        }

        @Override
        public void write(LogWrite write) {
            disk.execute(() -> writeNow(write));
        }

        private synchronized void writeNow(LogWrite write) {
            if (failNext != null) {
                listener.onFailure(failNext);
                return;
            }
            if (write.hardState() != null) {
                hardState = write.hardState();
            }
            if (write.formation() != null) {
                formation = Optional.of(write.formation());
            }
            if (write.repaired()) {
                repair = repair.repaired();
            }
            if (write.resetTo() != null) {
                entries.clear();
                base = write.resetTo();
            }
            if (write.truncateFromIndex() > 0) {
                entries.tailMap(write.truncateFromIndex(), true).clear();
            }
            write.entries().forEach(entry -> entries.put(entry.index(), entry));
            listener.onDurable(write.ticket(), 1_000, 1);
        }

        @Override
        public synchronized CompletableFuture<List<LogEntry>> read(
                long fromIndex, long toIndexExclusive, int maxBytes) {
            if (!entries.containsKey(fromIndex)) {
                return CompletableFuture.failedFuture(new StorageException(Reason.CORRUPT, "no entry " + fromIndex));
            }
            return CompletableFuture.completedFuture(
                    List.copyOf(entries.subMap(fromIndex, toIndexExclusive).values()));
        }

        @Override
        public void condemn(StorageException why) {
            disk.execute(() -> listener.onFailure(why));
        }

        @Override
        public synchronized void compact(long throughIndex) {
            base = entries.get(throughIndex).id();
            entries.headMap(throughIndex, true).clear();
        }
    }

    static final class MemorySnapshots implements SnapshotStore {

        private SnapshotMeta latest;
        private byte[] data = new byte[0];
        IOException failBegin;

        ByteBuffer data() {
            return ByteBuffer.wrap(data);
        }

        /** A byte that a reader of one number does not read. */
        void damageLastByte() {
            byte[] longer = Arrays.copyOf(data, data.length + 1);
            data = longer;
        }

        @Override
        public Optional<SnapshotMeta> latest() {
            return Optional.ofNullable(latest);
        }

        @Override
        public Writer begin(EntryId lastIncluded, Membership membership, long lastTimestampMillis) throws IOException {
            if (failBegin != null) {
                throw failBegin;
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            return new Writer() {
                @Override
                public OutputStream stream() {
                    return out;
                }

                @Override
                public SnapshotMeta commit() {
                    data = out.toByteArray();
                    latest = new SnapshotMeta(
                            lastIncluded, membership, lastTimestampMillis, data.length, checksum(data));
                    return latest;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public Incoming receive(SnapshotMeta meta) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            return new Incoming() {
                @Override
                public long receivedBytes() {
                    return out.size();
                }

                @Override
                public void append(ByteBuffer chunk) {
                    byte[] bytes = new byte[chunk.remaining()];
                    chunk.get(bytes);
                    out.writeBytes(bytes);
                }

                @Override
                public void commit() throws IOException {
                    if (checksum(out.toByteArray()) != meta.checksum()) {
                        throw new IOException("checksum differs");
                    }
                    data = out.toByteArray();
                    latest = meta;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public Reader open(SnapshotMeta meta) throws IOException {
            if (!meta.equals(latest)) {
                throw new IOException("no such snapshot");
            }
            byte[] bytes = data;
            return new Reader() {
                @Override
                public SnapshotMeta meta() {
                    return meta;
                }

                @Override
                public ByteBuffer read(long offset, int maxBytes) {
                    int length = (int) Math.min(maxBytes, bytes.length - offset);
                    return ByteBuffer.wrap(bytes, (int) offset, length).slice();
                }

                @Override
                public InputStream stream() {
                    return new ByteArrayInputStream(bytes) {
                        @Override
                        public synchronized int read(byte[] into, int offset, int length) {
                            int count = super.read(into, offset, length);
                            if (count < 0 && checksum(bytes) != meta.checksum()) {
                                throw new UncheckedIOException(new IOException("checksum differs"));
                            }
                            return count;
                        }
                    };
                }

                @Override
                public void close() {}
            };
        }

        private static int checksum(byte[] bytes) {
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            return (int) crc.getValue();
        }
    }
}
