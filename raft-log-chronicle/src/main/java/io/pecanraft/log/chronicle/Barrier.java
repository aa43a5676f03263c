package io.pecanraft.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The only operations after which something may be promised: a write survives the death of the process, a flush a power cut too. All records
 * and all flushes pass here, so that a test can fail the n-th of them, or take a picture of what a disk would hold at that moment.
 *
 * <p>Chronicle's own {@code sync()} is not among them: it flushes only the current chunk, swallows errors, and does nothing at
 * all without native libraries.
 */
interface Barrier {

    /** Writes at a position all that is left in a buffer, and throws if that failed; then part of it may be in the file. */
    default void write(FileChannel channel, Path file, ByteBuffer content, long position) throws IOException {
        long at = position;
        while (content.hasRemaining()) {
            at += channel.write(content, at);
        }
    }

    /** Flushes the file's content and length, mapped pages included, and throws if that failed. */
    void force(FileChannel channel, Path file) throws IOException;

    /** Flushes the names in a directory: what was created, renamed or removed there. */
    void forceDirectory(Path directory) throws IOException;

    /** What is left on the disk of a directory. Here because a test that plays the disk must also be able to fill it. */
    default long usableBytes(Path directory) {
        return directory.toFile().getUsableSpace();
    }

    /** For those who only look: there is nothing to flush, and whoever tries has written. */
    Barrier READ_ONLY = new Barrier() {
        @Override
        public void force(FileChannel channel, Path file) {
            throw new IllegalStateException(file + " was opened to be read");
        }

        @Override
        public void forceDirectory(Path directory) {
            throw new IllegalStateException(directory + " was opened to be read");
        }
    };

    /** The operating system's flushes. */
    Barrier OPERATING_SYSTEM = new Barrier() {
        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            // fdatasync: flushes all dirty pages of the file, also those dirtied through a mapping, and its length.
            channel.force(false);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    };
}
