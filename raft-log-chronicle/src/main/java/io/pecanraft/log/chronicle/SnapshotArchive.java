package io.pecanraft.log.chronicle;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * A backup: a snapshot in one file, that can be kept anywhere, checked at any time, and from which {@link NewCluster} founds a new
 * cluster.
 *
 * <p>It holds what the state machine and the table of sessions were after one entry of the log, {@link SnapshotMeta#lastIncluded}, and
 * nothing of what came later: whoever wants everything up to now takes a snapshot first.
 *
 * <pre>
 * magic u32 | version u16 | 0 u16 | length u32 | manifest, as beside the data of a snapshot, with its checksum | data
 * </pre>
 */
public final class SnapshotArchive {

    private static final int MAGIC = 0x52414350; // "PCAR"
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 12;
    private static final int MAX_MANIFEST_BYTES = 1 << 24;
    private static final int BUFFER_BYTES = 256 << 10;

    /** A server may replace its snapshot while it is read; so many times in a row it does not. */
    private static final int ATTEMPTS = 3;

    private SnapshotArchive() {}

    /**
     * What a backup is of.
     *
     * @param cluster the cluster
     * @param group the group
     * @param meta the last entry, the members at that time, and how much data there is
     */
    public record Content(ClusterId cluster, GroupId group, SnapshotMeta meta) {}

    /**
     * Writes the newest snapshot of a server's directory to a file. The server may be running: a snapshot never changes. Blocks; the data is
     * read twice, and compared with its checksum each time.
     *
     * @param directory what the server is given as its directory
     * @param file the backup, which must not exist yet. It appears whole, and durably, or not at all
     * @return what is in it
     * @throws StorageException INACCESSIBLE when there is no snapshot yet, the file exists, or something cannot be read or written; CORRUPT
     *     when no snapshot is whole
     */
    public static Content write(Path directory, Path file) {
        DirectoryLayout layout = StorageInspection.layoutOf(directory);
        Path target = file.toAbsolutePath().normalize();
        Path aside = target.resolveSibling(target.getFileName() + DirectoryLayout.INCOMPLETE);
        if (Files.exists(target)) {
            throw new StorageException(
                    Reason.INACCESSIBLE, target + " exists and is not replaced: name a file that does not exist yet");
        }
        try {
            StorageIdentity identity = IdentityFile.read(DirectoryLayout.identity(layout.data()));
            Content content = copyNewest(layout, identity, aside);
            FileTree.moveDurably(aside, target, Barrier.OPERATING_SYSTEM);
            return content;
        } catch (NotWholeException e) {
            throw new StorageException(
                    Reason.CORRUPT, "no backup was written: " + e.getMessage() + ". Take that of another server", e);
        } catch (IOException e) {
            throw Damage.inaccessible(target, "write the backup", e);
        }
    }

    private static Content copyNewest(DirectoryLayout layout, StorageIdentity identity, Path aside) throws IOException {
        NoSuchFileException vanished = new NoSuchFileException(layout.data().toString());
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                SnapshotFiles snapshot = newest(layout, identity);
                writeTo(aside, identity, snapshot);
                return new Content(identity.cluster(), identity.group(), snapshot.meta());
            } catch (NoSuchFileException e) {
                vanished = e; // A newer one has taken its place.
            }
        }
        throw vanished;
    }

    /** The newest snapshot that is whole. */
    private static SnapshotFiles newest(DirectoryLayout layout, StorageIdentity identity) throws IOException {
        Path directory = DirectoryLayout.snapshots(layout.data());
        Optional<NotWholeException> damage = Optional.empty();
        for (Map.Entry<SnapshotName, Path> entry :
                SnapshotName.newestFirst(directory).entrySet()) {
            try {
                return SnapshotFiles.verify(entry.getKey(), entry.getValue(), identity);
            } catch (NotWholeException e) {
                damage = Optional.of(damage.orElse(e));
            }
        }
        throw damage.map(e -> new StorageException(
                        Reason.CORRUPT,
                        "no snapshot in " + directory + " is whole: " + e.getMessage()
                                + ". Take the backup of another server",
                        e))
                .orElseGet(() -> new StorageException(
                        Reason.INACCESSIBLE,
                        "there is no snapshot in " + directory + " yet: have the server take one"));
    }

    private static void writeTo(Path file, StorageIdentity identity, SnapshotFiles snapshot) throws IOException {
        byte[] manifest = SnapshotManifest.encode(identity, snapshot.meta());
        Files.deleteIfExists(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try (InputStream data = Files.newInputStream(snapshot.data())) {
                OutputStream out = Channels.newOutputStream(channel);
                out.write(ByteBuffer.allocate(HEADER_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(MAGIC)
                        .putShort((short) VERSION)
                        .putShort((short) 0)
                        .putInt(manifest.length)
                        .array());
                out.write(manifest);
                copyVerified(data, snapshot.meta(), out, snapshot.data());
                Barrier.OPERATING_SYSTEM.force(channel, file);
            } catch (IOException | RuntimeException | Error e) {
                FileTree.deleteAfter(e, file); // made a moment ago; on a full disk it would only be in the way
                throw e;
            }
        }
    }

    /**
     * Reads a backup to its end and compares all checksums.
     *
     * @throws StorageException CORRUPT when it is damaged or no backup, UNKNOWN_FORMAT when a later version wrote it, INACCESSIBLE when it
     *     cannot be read
     */
    public static Content verify(Path file) {
        return read(file, OutputStream.nullOutputStream());
    }

    /** Passes the data on; it is known to be whole when this has returned. */
    static Content read(Path file, OutputStream out) {
        try (InputStream in = Files.newInputStream(file)) {
            Content content = header(file, in);
            copyVerified(in, content.meta(), out, file);
            return content;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** What a backup says that it is; the data is not looked at. */
    static Content header(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return header(file, in);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Content header(Path file, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(HEADER_BYTES);
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES || header.getInt() != MAGIC) {
            throw new NotWholeException(file + " is no backup");
        }
        int version = header.getShort();
        if (version != VERSION) {
            throw Damage.unknownFormat(file, version, VERSION);
        }
        header.getShort();
        int length = header.getInt();
        if (length < 0 || length > MAX_MANIFEST_BYTES) {
            throw new NotWholeException(file + " is damaged: " + length + " is not the length of a manifest");
        }
        SnapshotManifest.Content manifest = SnapshotManifest.decode(file, in.readNBytes(length));
        return new Content(manifest.cluster(), manifest.group(), manifest.meta());
    }

    private static void copyVerified(InputStream from, SnapshotMeta meta, OutputStream to, Path file)
            throws IOException {
        CheckedInputStream data = new CheckedInputStream(from, new CRC32C());
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        for (int read = data.read(buffer); read >= 0; read = data.read(buffer)) {
            to.write(buffer, 0, read);
            bytes += read;
        }
        int checksum = (int) data.getChecksum().getValue();
        if (bytes != meta.sizeBytes() || checksum != meta.checksum()) {
            throw new NotWholeException(file + " is damaged: " + bytes + " bytes of data with checksum "
                    + Integer.toHexString(checksum) + " where it says " + meta.sizeBytes() + " bytes with "
                    + Integer.toHexString(meta.checksum()));
        }
    }

    private static StorageException unreadable(Path file, IOException e) {
        return e instanceof NotWholeException
                ? new StorageException(Reason.CORRUPT, e.getMessage() + ". Take another backup", e)
                : Damage.inaccessible(file, "read the backup", e);
    }
}
