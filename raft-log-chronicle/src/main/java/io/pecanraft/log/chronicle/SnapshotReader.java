package io.pecanraft.log.chronicle;

import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.SnapshotStore;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** Reads a complete snapshot in parts or as a whole. */
final class SnapshotReader implements SnapshotStore.Reader {

    private final SnapshotFiles files;
    private final FileChannel channel;
    private final Runnable onClose;
    private boolean closed;

    SnapshotReader(SnapshotFiles files, Runnable onClose) throws IOException {
        this.files = files;
        this.channel = FileChannel.open(files.data(), StandardOpenOption.READ);
        this.onClose = onClose;
    }

    @Override
    public SnapshotMeta meta() {
        return files.meta();
    }

    @Override
    public ByteBuffer read(long offset, int maxBytes) throws IOException {
        long size = files.meta().sizeBytes();
        if (offset < 0 || offset > size || maxBytes < 0) {
            throw new IllegalArgumentException("no " + maxBytes + " bytes at " + offset + " of " + size);
        }
        ByteBuffer part = ByteBuffer.allocate((int) Math.min(maxBytes, size - offset));
        while (part.hasRemaining()) {
            if (channel.read(part, offset + part.position()) < 0) {
                throw new NotWholeException(
                        files.data() + " ends at " + channel.size() + ", its manifest says " + size);
            }
        }
        return part.flip();
    }

    @Override
    public InputStream stream() {
        return new BufferedInputStream(new Verifying(files.data(), files.meta()), 64 << 10);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a file that was only read", e);
        } finally {
            onClose.run();
        }
    }

    /** Hands out the data and refuses to end it in peace when its checksum is wrong. */
    private final class Verifying extends InputStream {
        private final Path file;
        private final SnapshotMeta meta;
        private final CRC32C crc = new CRC32C();
        private long position;

        Verifying(Path file, SnapshotMeta meta) {
            this.file = file;
            this.meta = meta;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int read = channel.read(ByteBuffer.wrap(target, offset, length), position);
            if (read < 0) {
                if (position != meta.sizeBytes() || (int) crc.getValue() != meta.checksum()) {
                    throw new NotWholeException(file + " is damaged: it ends after " + position
                            + " bytes with a wrong checksum; expected " + meta.sizeBytes() + " bytes");
                }
                return -1;
            }
            crc.update(target, offset, read);
            position += read;
            return read;
        }
    }
}
