package io.pecanraft.log.chronicle;

import io.pecanraft.model.Invariant;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;

/**
 * A laid-out directory that Chronicle has made a queue of, ready for its first record: one queue that never rolls, in a directory of
 * its own, within one mapped block. Opening one takes tens of milliseconds, which the log must not wait for.
 *
 * <p>Used by one thread after the other.
 */
final class SegmentQueue implements Closeable {

    /** Chronicle's index is not read here, so it is kept small. */
    private static final int INDEX_COUNT = 512;

    private static final int INDEX_SPACING = 256;

    /**
     * What stays free behind a record: room for a seal, and for the zeros after the last document, a page at the most. More than that takes, since it
     * limits the longest record, which every version must take that was given it by another.
     */
    static final int TAIL_RESERVE_BYTES = 8 * INDEX_COUNT + 1024;

    /** The smallest block in which Chronicle and its index leave room for records. */
    static final long MIN_BLOCK_BYTES = 64 << 10;

    /** A constant clock: the queue stays in cycle 0 for ever. */
    private static final long CYCLE_0_MILLIS = 1;

    private final Path directory;
    private final FileChannel channel;
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;

    private SegmentQueue(Path directory, FileChannel channel, ChronicleQueue queue, ExcerptAppender appender) {
        this.directory = directory;
        this.channel = channel;
        this.queue = queue;
        this.appender = appender;
    }

    /** Opens a directory as {@link SegmentLayout} leaves it, and flushes its names. Nothing else is flushed. */
    static SegmentQueue open(Path directory, long blockBytes, Barrier barrier) throws IOException {
        // Chronicle will rename the file; an open channel stays on it.
        FileChannel channel = FileChannel.open(
                directory.resolve(DirectoryLayout.PRECREATED_FILE), StandardOpenOption.READ, StandardOpenOption.WRITE);
        ChronicleQueue queue = null;
        try {
            queue = SingleChronicleQueueBuilder.binary(directory)
                    .rollCycle(RollCycles.FAST_DAILY)
                    .timeProvider(() -> CYCLE_0_MILLIS)
                    .blockSize(blockBytes)
                    .indexCount(INDEX_COUNT)
                    .indexSpacing(INDEX_SPACING)
                    .syncMode(SyncMode.NONE)
                    .build();
            ExcerptAppender appender = queue.createAppender();
            // One thread prepares, another begins, and another closes when it is done.
            appender.singleThreadedCheckDisabled(true);
            // Chronicle takes up the file with the first document, so there is one that comes to nothing.
            try (DocumentContext nothing = appender.writingDocument()) {
                nothing.rollbackOnClose();
            }
            barrier.forceDirectory(directory);
            return new SegmentQueue(directory, channel, queue, appender);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            if (queue != null) {
                queue.close();
            }
            throw e;
        }
    }

    /** Where it is. */
    Path directory() {
        return directory;
    }

    /** Where its records are. */
    Path file() {
        return directory.resolve(DirectoryLayout.SEGMENT_FILE);
    }

    /** The file, to be flushed. */
    FileChannel channel() {
        return channel;
    }

    /**
     * Appends the first record. It goes through Chronicle, which says where the next one belongs, behind its own header and index. All others are
     * written there by a {@link DocumentWriter}.
     *
     * @return the end of its document
     */
    long begin(ByteBuffer record) {
        appender.writeBytes(Bytes.wrapForRead(record));
        Invariant.that(appender.lastIndexAppended() == 0, "Chronicle began at", appender.lastIndexAppended(), 0);
        Wire wire = appender.wire();
        if (wire == null) {
            throw new IllegalStateException("an appender that has appended has no file");
        }
        return wire.bytes().writePosition();
    }

    /** Unmaps and closes. */
    @Override
    public void close() throws IOException {
        try (channel) {
            queue.close();
            BackgroundResourceReleaser.releasePendingResources();
        }
    }
}
