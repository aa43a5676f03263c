package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntSupplier;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.Wire;

/**
 * Appends records to one segment, made by this process and by it alone: one Chronicle queue that never rolls, in a directory
 * of its own, within one mapped block.
 *
 * <p>This is the only class that hands anything to Chronicle. Confined to the writer's thread, but for {@link #close}.
 */
final class SegmentWriter implements Closeable {

    /** Chronicle's index is not read here, so it is kept small: every index page is one more page in a flush. */
    private static final int INDEX_COUNT = 512;

    private static final int INDEX_SPACING = 256;

    /** What must stay free behind a record: a seal, an index page of Chronicle's, the zero word after the last document. */
    private static final int TAIL_RESERVE_BYTES = 8 * INDEX_COUNT + 1024;

    /** The smallest block in which Chronicle and its index leave room for records. */
    static final long MIN_BLOCK_BYTES = 64 << 10;

    private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0);

    /** A constant clock: the queue stays in cycle 0 for ever. */
    private static final long CYCLE_0_MILLIS = 1;

    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final FileChannel channel;
    private final Barrier barrier;
    private final Segment segment;
    private final RecordEncoder encoder;

    /** Held by a flush of {@link #writeBehind}, and by {@link #close}, which waits for it. */
    private final Object writingBehind = new Object();

    private boolean closed;

    private Path file;
    private long endPosition;
    private int records;
    private int flushedRecords;

    private SegmentWriter(
            ChronicleQueue queue,
            FileChannel channel,
            Path file,
            Barrier barrier,
            Segment segment,
            RecordEncoder encoder) {
        this.queue = queue;
        this.appender = queue.createAppender();
        // One thread writes, and another closes when it is done. The check would cost a look at the thread with every
        // field.
        this.appender.singleThreadedCheckDisabled(true);
        this.channel = channel;
        this.file = file;
        this.barrier = barrier;
        this.segment = segment;
        this.encoder = encoder;
    }

    /**
     * Makes a laid-out directory a queue and writes the header. Nothing is flushed, and the directory keeps its incomplete name
     * until {@link #complete}.
     */
    static SegmentWriter begin(
            Path directory,
            SegmentHeader header,
            long group,
            IntSupplier hardState,
            DirectoryLayout layout,
            Barrier barrier)
            throws IOException {
        Path file = directory.resolve(DirectoryLayout.SEGMENT_FILE);
        Path laidOut = directory.resolve(DirectoryLayout.PRECREATED_FILE);
        Path complete = layout.segment(header.segmentId()).resolve(DirectoryLayout.SEGMENT_FILE);
        // Chronicle will rename the file; an open channel stays on it.
        FileChannel channel = FileChannel.open(laidOut, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Segment segment = null;
        ChronicleQueue queue = null;
        try {
            segment = Segment.open(header, complete, laidOut);
            queue = SingleChronicleQueueBuilder.binary(directory)
                    .rollCycle(RollCycles.FAST_DAILY)
                    .timeProvider(() -> CYCLE_0_MILLIS)
                    .blockSize(header.blockBytes())
                    .indexCount(INDEX_COUNT)
                    .indexSpacing(INDEX_SPACING)
                    .syncMode(SyncMode.NONE)
                    .build();
            RecordEncoder encoder = new RecordEncoder(
                    group, header.incarnation(), hardState, header.predecessor().crc());
            SegmentWriter writer = new SegmentWriter(queue, channel, file, barrier, segment, encoder);
            writer.append(RecordType.SEGMENT_HEADER, header.start(), header.encodeBody());
            return writer;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            if (segment != null) {
                segment.release();
            }
            if (queue != null) {
                queue.close();
            }
            throw e;
        }
    }

    /** Flushes everything and gives the segment its name; from then on it is part of the log. */
    void complete() throws IOException {
        force();
        Path incomplete = FileTree.parent(file);
        barrier.forceDirectory(incomplete);
        file = segment.file();
        FileTree.moveDurably(incomplete, FileTree.parent(file), barrier);
    }

    /** The segment as readers see it. */
    Segment segment() {
        return segment;
    }

    /** How many records there are. */
    int records() {
        return records;
    }

    /** How many of them are flushed. */
    int flushedRecords() {
        return flushedRecords;
    }

    /** What a successor states about this segment. */
    SegmentHeader.Link link() {
        SegmentHeader header = segment.header();
        return new SegmentHeader.Link(header.segmentId(), header.incarnation(), records, encoder.chain());
    }

    /** The longest record that a block takes: Chronicle maps a block with an overlap of a quarter. */
    static int maxRecordBytes(long blockBytes) {
        return (int) Math.min(blockBytes / 4 - TAIL_RESERVE_BYTES, Integer.MAX_VALUE / 4);
    }

    /** Whether a record of this length may still be appended. */
    boolean hasRoomFor(int recordBytes) {
        return endPosition + DocumentCursor.WORD_BYTES + recordBytes + TAIL_RESERVE_BYTES
                <= segment.header().blockBytes();
    }

    /** Appends an entry. Returns the number of its record. */
    int append(LogEntry entry) {
        int ordinal = records;
        int length = append(encoder.entry(entry, flushedRecords));
        segment.onEntry(ordinal, endPosition - length - DocumentCursor.WORD_BYTES);
        return ordinal;
    }

    /** Appends another record. */
    void append(RecordType type, EntryId id) {
        append(type, id, NO_BODY);
    }

    /** Flushes what was appended. After an exception nothing is known, and nothing may be promised any more. */
    void force() throws IOException {
        int covered = records;
        barrier.force(channel, file);
        flushedRecords = covered;
    }

    /** How far the file is filled. */
    long endPosition() {
        return endPosition;
    }

    /** Flushes what was appended so far, of which nothing is promised, so that a later flush has less to do. Any thread. */
    void writeBehind() throws IOException {
        synchronized (writingBehind) {
            if (!closed) {
                barrier.force(channel, segment.file());
            }
        }
    }

    /** Unmaps and closes. Any thread, after the last append. Idempotent. */
    @Override
    public void close() throws IOException {
        synchronized (writingBehind) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try (channel) {
            queue.close();
        } finally {
            encoder.release();
        }
    }

    private void append(RecordType type, EntryId id, ByteBuffer body) {
        append(encoder.record(type, id, body, flushedRecords));
    }

    private int append(Bytes<ByteBuffer> record) {
        int length = Math.toIntExact(record.readRemaining());
        appender.writeBytes(record);
        Invariant.that(
                appender.lastIndexAppended() == records,
                "Chronicle appended at",
                appender.lastIndexAppended(),
                records);
        Wire wire = appender.wire();
        if (wire == null) {
            throw new IllegalStateException("an appender that has appended has no file");
        }
        endPosition = wire.bytes().writePosition();
        records++;
        return length;
    }
}
