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
import org.jspecify.annotations.Nullable;

/** A snapshot being written, in a directory whose name says that it is not complete. */
final class SnapshotDraft implements Closeable {

    private static final int BUFFER_BYTES = 64 << 10;

    private final Path directory;
    private final FileChannel channel;
    private final Runnable onFailedWrite;
    private final CRC32C crc = new CRC32C();
    private final OutputStream stream = new BufferedOutputStream(new ToFile(), BUFFER_BYTES);
    private long bytes;
    private @Nullable IOException failure;

    private SnapshotDraft(Path directory, FileChannel channel, Runnable onFailedWrite) {
        this.directory = directory;
        this.channel = channel;
        this.onFailedWrite = onFailedWrite;
    }

    /**
     * Begins one.
     *
     * @param onFailedWrite told when data cannot be written, such as for want of room, before the writer is
     */
    static SnapshotDraft create(Path directory, Runnable onFailedWrite) throws IOException {
        try {
            FileTree.delete(directory);
            Files.createDirectory(directory);
            FileChannel channel = FileChannel.open(
                    SnapshotFiles.data(directory), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new SnapshotDraft(directory, channel, onFailedWrite);
        } catch (IOException e) {
            FileTree.deleteAfter(e, directory);
            onFailedWrite.run();
            throw e;
        }
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

    /** After a failure nothing is taken any more: who swallows that and goes on would leave a gap. */
    void append(ByteBuffer data) throws IOException {
        checkNothingIsMissing();
        ByteBuffer checked = data.duplicate();
        try {
            while (data.hasRemaining()) {
                bytes += channel.write(data);
            }
        } catch (IOException e) {
            failure = e;
            onFailedWrite.run();
            throw e;
        }
        crc.update(checked);
    }

    /** Ends the data: passes on what the stream holds and flushes. */
    void finish(Barrier barrier) throws IOException {
        stream.flush();
        checkNothingIsMissing();
        barrier.force(channel, SnapshotFiles.data(directory));
        channel.close();
    }

    private void checkNothingIsMissing() throws IOException {
        if (failure != null) {
            throw new IOException("an earlier write of this snapshot has failed", failure);
        }
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
