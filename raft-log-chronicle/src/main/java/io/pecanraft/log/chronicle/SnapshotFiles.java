package io.pecanraft.log.chronicle;

import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/** One snapshot on the disk: a directory with its data and its manifest. */
record SnapshotFiles(SnapshotName name, Path directory, SnapshotMeta meta) {

    private static final int BUFFER_BYTES = 256 << 10;

    static Path data(Path directory) {
        return directory.resolve("data");
    }

    static Path manifest(Path directory) {
        return directory.resolve("manifest");
    }

    Path data() {
        return data(directory);
    }

    /**
     * Reads the manifest, and all of the data to compare its checksum.
     *
     * @throws IOException NoSuchFileException when anything is missing and NotWholeException when anything differs; any other, such as for a
     *     lack of rights, says nothing about what is there, and nothing may be discarded for it
     */
    static SnapshotFiles verify(SnapshotName name, Path directory, StorageIdentity identity) throws IOException {
        try {
            return read(name, directory, identity);
        } catch (NotWholeException | NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("the snapshot in " + directory + " cannot be read (" + e + ")", e);
        }
    }

    private static SnapshotFiles read(SnapshotName name, Path directory, StorageIdentity identity) throws IOException {
        requireKind(directory, Files.isDirectory(directory), "directory");
        for (Path file : List.of(manifest(directory), data(directory))) {
            requireKind(file, Files.isRegularFile(file), "file");
        }
        SnapshotMeta meta = SnapshotManifest.read(manifest(directory), identity);
        if (!meta.lastIncluded().equals(name.lastIncluded())) {
            throw new NotWholeException(directory + " holds the snapshot at " + meta.lastIncluded());
        }
        CRC32C crc = new CRC32C();
        long bytes = 0;
        try (FileChannel channel = FileChannel.open(data(directory), StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                bytes += buffer.remaining();
                crc.update(buffer);
                buffer.clear();
            }
        }
        if (bytes != meta.sizeBytes() || (int) crc.getValue() != meta.checksum()) {
            throw new NotWholeException(data(directory) + " is damaged: " + bytes + " bytes with checksum "
                    + Integer.toHexString((int) crc.getValue()) + " where its manifest says " + meta.sizeBytes()
                    + " bytes with " + Integer.toHexString(meta.checksum()));
        }
        return new SnapshotFiles(name, directory, meta);
    }

    private static void requireKind(Path path, boolean isOfThatKind, String kind) throws NotWholeException {
        if (!isOfThatKind && Files.exists(path)) {
            throw new NotWholeException(path + " is no " + kind);
        }
    }

    /** Flushes what a process that died may have left in the page cache. */
    void force(Barrier barrier) throws IOException {
        FileTree.forceFile(data(), barrier);
        FileTree.forceFile(manifest(directory), barrier);
        barrier.forceDirectory(directory);
    }
}
