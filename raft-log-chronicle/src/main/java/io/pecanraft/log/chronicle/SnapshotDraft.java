package io.pecanraft.log.chronicle;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** A snapshot being written, in a directory whose name says that it is not complete. */
final class SnapshotDraft implements Closeable {

    private static final int BUFFER_BYTES = 64 << 10;

    private final Path directory;
    private final FileChannel channel;
    private final CRC32C crc = new CRC32C();
    private final OutputStream stream = new BufferedOutputStream(new ToFile(), BUFFER_BYTES);
    private long bytes;

    private SnapshotDraft(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    static SnapshotDraft create(Path directory) throws IOException {
        FileTree.delete(directory);
        Files.createDirectory(directory);
        return new SnapshotDraft(
                directory,
                FileChannel.open(
                        SnapshotFiles.data(directory), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    Path directory() {
        return directory;
    }

    OutputStream stream() {
        return stream;
    }

    /** What was written so far, by {@link #append} or flushed from the stream. */
    long bytes() {
        return bytes;
    }

    int checksum() {
        return (int) crc.getValue();
    }

    void append(ByteBuffer data) throws IOException {
        ByteBuffer checked = data.duplicate();
        while (data.hasRemaining()) {
            bytes += channel.write(data);
        }
        crc.update(checked);
    }

    /** Ends the data: passes on what the stream holds and flushes. */
    void finish(Barrier barrier) throws IOException {
        stream.flush();
        barrier.force(channel, SnapshotFiles.data(directory));
        channel.close();
    }

    /** Discards the draft, unless it has been renamed. */
    @Override
    public void close() throws IOException {
        channel.close();
        FileTree.delete(directory);
    }

    /** The end of the stream that faces the file. Closing the stream ends nothing: the draft is ended by its owner. */
    private final class ToFile extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            append(ByteBuffer.wrap(source, offset, length));
        }
    }
}
