package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots as directories. Written aside under an incomplete name; data, manifest and directory flushed; renamed; the name
 * flushed; and only then is the one before removed. So there is always one that is whole.
 *
 * <p>Thread-safe, since a reader may be closed on another thread than the one that replaces its snapshot.
 */
final class FileSnapshotStore implements SnapshotStore {

    private static final Logger LOG = LoggerFactory.getLogger(FileSnapshotStore.class);

    private final Path directory;
    private final StorageIdentity identity;
    private final Barrier barrier;
    /** All that are complete and valid, or were when they were looked at last. */
    private final TreeMap<SnapshotName, SnapshotFiles> complete = new TreeMap<>();

    private final Map<SnapshotName, Integer> readers = new HashMap<>();
    private final List<SnapshotName> damaged = new ArrayList<>();
    private @Nullable Receiving receiving;
    private int drafts;
    private Runnable onFailedWrite = () -> {};

    private FileSnapshotStore(Path directory, StorageIdentity identity, Barrier barrier) {
        this.directory = directory;
        this.identity = identity;
        this.barrier = barrier;
    }

    /** Looks at what is there, newest first, until one is found whole; the data is read once for that. */
    static FileSnapshotStore open(Path directory, StorageIdentity identity, Barrier barrier) throws IOException {
        FileSnapshotStore store = new FileSnapshotStore(directory, identity, barrier);
        store.load();
        return store;
    }

    /** The end of the newest snapshot that is there but damaged, if it is newer than the newest valid one. */
    private synchronized EntryId newestDamaged() {
        return damaged.isEmpty() ? EntryId.ZERO : damaged.get(0).lastIncluded();
    }

    /** What the log may rest on. */
    synchronized SnapshotCoverage coverage() {
        return new SnapshotCoverage(
                latest().map(SnapshotMeta::lastIncluded).orElse(EntryId.ZERO),
                newestDamaged(),
                latest().map(SnapshotMeta::membership),
                damaged.stream().map(name -> directory.resolve(name.toString())).toList(),
                directory);
    }

    /** Who is told when data of a snapshot cannot be written, and may have room to give. */
    synchronized void onFailedWrite(Runnable listener) {
        onFailedWrite = listener;
    }

    @Override
    public synchronized Optional<SnapshotMeta> latest() {
        return complete.isEmpty()
                ? Optional.empty()
                : Optional.of(complete.lastEntry().getValue().meta());
    }

    @Override
    public Writer begin(EntryId lastIncluded, Membership membership, long lastTimestampMillis) throws IOException {
        return new Writing(newDraft(lastIncluded), lastIncluded, membership, lastTimestampMillis);
    }

    @Override
    public Incoming receive(SnapshotMeta meta) throws IOException {
        Receiving earlier;
        synchronized (this) {
            earlier = receiving;
            receiving = null;
        }
        if (earlier != null) {
            earlier.close();
        }
        Receiving begun = new Receiving(newDraft(meta.lastIncluded()), meta);
        synchronized (this) {
            receiving = begun;
        }
        return begun;
    }

    @Override
    public synchronized Reader open(SnapshotMeta meta) throws IOException {
        for (SnapshotFiles files : complete.descendingMap().values()) {
            if (files.meta().equals(meta)) {
                SnapshotName name = files.name();
                Reader reader = new SnapshotReader(files, () -> endRead(name));
                readers.merge(name, 1, Integer::sum);
                return reader;
            }
        }
        throw new NoSuchFileException(directory + ": there is no snapshot at " + meta.lastIncluded() + " with checksum "
                + Integer.toHexString(meta.checksum()));
    }

    private synchronized SnapshotDraft newDraft(EntryId lastIncluded) throws IOException {
        String name = new SnapshotName(lastIncluded, 0) + "." + ++drafts + DirectoryLayout.INCOMPLETE;
        return SnapshotDraft.create(directory.resolve(name), onFailedWrite);
    }

    /** Makes a draft with finished data a snapshot. */
    private synchronized void complete(SnapshotDraft draft, SnapshotMeta meta) throws IOException {
        SnapshotName name = new SnapshotName(meta.lastIncluded(), 0);
        while (complete.containsKey(name) || Files.exists(directory.resolve(name.toString()))) {
            name = name.another();
        }
        if (!complete.isEmpty() && complete.lastKey().compareTo(name) > 0) {
            throw new IOException("the snapshot at " + meta.lastIncluded() + " came after a newer one at "
                    + complete.lastKey().lastIncluded());
        }
        try {
            FileTree.writeFile(
                    SnapshotFiles.manifest(draft.directory()), SnapshotManifest.encode(identity, meta), barrier);
        } catch (IOException e) {
            onFailedWrite.run();
            throw e;
        }
        barrier.forceDirectory(draft.directory());
        Path target = directory.resolve(name.toString());
        FileTree.moveDurably(draft.directory(), target, barrier);
        complete.put(name, new SnapshotFiles(name, target, meta));
        damaged.clear();
        removeOld();
    }

    private void load() throws IOException {
        for (Path path : FileTree.list(directory)) {
            if (path.getFileName().toString().endsWith(DirectoryLayout.INCOMPLETE)) {
                FileTree.delete(path);
            }
        }
        for (Map.Entry<SnapshotName, Path> entry :
                SnapshotName.newestFirst(directory).entrySet()) {
            SnapshotFiles files;
            try {
                files = SnapshotFiles.verify(entry.getKey(), entry.getValue(), identity);
            } catch (NotWholeException | NoSuchFileException e) {
                LOG.atError()
                        .addKeyValue("snapshot", entry.getValue())
                        .addKeyValue("reason", e.getMessage())
                        .log("a snapshot is damaged");
                damaged.add(entry.getKey());
                continue;
            }
            files.force(barrier);
            barrier.forceDirectory(directory);
            complete.put(entry.getKey(), files);
            return; // Older ones are removed with the next commit.
        }
    }

    private synchronized void endRead(SnapshotName name) {
        readers.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
        removeOld();
    }

    /** Removes all but the newest, unless somebody reads them. */
    private void removeOld() {
        SnapshotName newest = complete.lastKey();
        try {
            for (Path path : FileTree.list(directory)) {
                String fileName = path.getFileName().toString();
                Optional<SnapshotName> name = SnapshotName.parse(fileName);
                if (fileName.startsWith(DirectoryLayout.DAMAGED_SNAPSHOT)) {
                    FileTree.delete(path);
                } else if (name.isPresent() && name.get().compareTo(newest) < 0 && !readers.containsKey(name.get())) {
                    complete.remove(name.get());
                    FileTree.delete(path);
                }
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("directory", directory).setCause(e).log("could not remove an old snapshot");
        }
    }

    private static void discard(SnapshotDraft draft) {
        try {
            draft.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("draft", draft.directory()).setCause(e).log("could not remove a draft");
        }
    }

    /** A snapshot of this server's own state. */
    private final class Writing implements Writer {
        private final SnapshotDraft draft;
        private final EntryId lastIncluded;
        private final Membership membership;
        private final long lastTimestampMillis;

        Writing(SnapshotDraft draft, EntryId lastIncluded, Membership membership, long lastTimestampMillis) {
            this.draft = draft;
            this.lastIncluded = lastIncluded;
            this.membership = membership;
            this.lastTimestampMillis = lastTimestampMillis;
        }

        @Override
        public OutputStream stream() {
            return draft.stream();
        }

        @Override
        public SnapshotMeta commit() throws IOException {
            // A state machine may have left an interrupt behind.
            return Uninterrupted.run(() -> {
                draft.finish(barrier);
                SnapshotMeta meta = new SnapshotMeta(
                        lastIncluded, membership, lastTimestampMillis, draft.bytes(), draft.checksum());
                complete(draft, meta);
                return meta;
            });
        }

        @Override
        public void close() {
            discard(draft);
        }
    }

    /** A snapshot from a leader. */
    private final class Receiving implements Incoming {
        private final SnapshotDraft draft;
        private final SnapshotMeta meta;

        Receiving(SnapshotDraft draft, SnapshotMeta meta) {
            this.draft = draft;
            this.meta = meta;
        }

        @Override
        public long receivedBytes() {
            return draft.bytes();
        }

        @Override
        public void append(ByteBuffer data) throws IOException {
            if (draft.bytes() + data.remaining() > meta.sizeBytes()) {
                throw new IOException("the snapshot at " + meta.lastIncluded() + " is announced with "
                        + meta.sizeBytes() + " bytes, but " + data.remaining() + " came after " + draft.bytes());
            }
            draft.append(data);
        }

        @Override
        public void commit() throws IOException {
            if (draft.bytes() != meta.sizeBytes() || draft.checksum() != meta.checksum()) {
                discard(draft);
                throw new IOException("the snapshot received at " + meta.lastIncluded() + " has " + draft.bytes()
                        + " bytes with checksum " + Integer.toHexString(draft.checksum()) + ", announced were "
                        + meta.sizeBytes() + " with " + Integer.toHexString(meta.checksum()));
            }
            Uninterrupted.run(() -> {
                draft.finish(barrier);
                complete(draft, meta);
                return meta;
            });
        }

        @Override
        public void close() {
            discard(draft);
        }
    }
}
