package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

/**
 * Appends records to one segment, made by this process and by it alone.
 *
 * <p>Confined to the writer's thread, but for {@link #close} and {@link
 * #flushAndClose}, of which one is called, once.
 */
final class SegmentWriter implements Closeable {

    private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0);

    private final SegmentQueue queue;
    private final Barrier barrier;
    private final Segment segment;
    private final RecordEncoder encoder;
    private final DocumentWriter documents;

    /** When all of it is on the disk, of one that got a successor before. */
    private final CompletableFuture<Void> flushed = new CompletableFuture<>();

    private Path file;
    private boolean nameIsUnflushed;
    private int records;
    private int flushedRecords;

    private SegmentWriter(
            SegmentQueue queue, Barrier barrier, Segment segment, RecordEncoder encoder, DocumentWriter documents) {
        this.queue = queue;
        this.file = queue.file();
        this.barrier = barrier;
        this.segment = segment;
        this.encoder = encoder;
        this.documents = documents;
        this.records = 1;
    }

    /**
     * Begins a segment with its header. Nothing is flushed, and the directory keeps its incomplete name until {@link #complete} or
     * {@link #nameLoosely}.
     *
     * @param queue closed with the segment, also when this fails
     * @param buffer for what is written at once
     */
    static SegmentWriter begin(
            SegmentQueue queue,
            SegmentHeader header,
            long group,
            IntSupplier hardState,
            DirectoryLayout layout,
            Barrier barrier,
            ByteBuffer buffer)
            throws IOException {
        Segment segment = null;
        try {
            segment = Segment.open(header, layout.segmentFile(header.segmentId()), queue.file());
            RecordEncoder encoder = new RecordEncoder(
                    group, header.incarnation(), hardState, header.predecessor().crc());
            long end = queue.begin(encoder.record(RecordType.SEGMENT_HEADER, header.start(), header.encodeBody(), 0));
            Invariant.that(
                    end + DocumentWriter.PAGE_BYTES <= SegmentLayout.BEGINNING_BYTES,
                    "the first record ends where an older one may begin",
                    end,
                    SegmentLayout.BEGINNING_BYTES);
            DocumentWriter documents = new DocumentWriter(barrier, queue.channel(), segment.file(), end, buffer);
            return new SegmentWriter(queue, barrier, segment, encoder, documents);
        } catch (IOException | RuntimeException | Error e) {
            queue.close();
            if (segment != null) {
                segment.release();
            }
            throw e;
        }
    }

    /** Flushes everything and gives the segment its name; from then on it is part of the log. */
    void complete() throws IOException {
        force();
        file = segment.file();
        FileTree.moveDurably(queue.directory(), FileTree.parent(file), barrier);
    }

    /** Gives the segment its name without a flush. */
    void nameLoosely() throws IOException {
        file = segment.file();
        Files.move(queue.directory(), FileTree.parent(file), StandardCopyOption.ATOMIC_MOVE);
        nameIsUnflushed = true;
    }

    private void flushName() throws IOException {
        barrier.forceDirectory(FileTree.parent(FileTree.parent(file)));
        nameIsUnflushed = false;
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

    /** The longest record that a block takes: Chronicle, whose tools shall be able to read it, maps a block with an overlap of a quarter. */
    static int maxRecordBytes(long blockBytes) {
        return (int) Math.min(blockBytes / 4 - SegmentQueue.TAIL_RESERVE_BYTES, Integer.MAX_VALUE / 4);
    }

    /** Whether a record of this length may still be appended. */
    boolean hasRoomFor(int recordBytes) {
        // The first segment after a start on a nearly full disk is smaller than the others.
        return recordBytes <= maxRecordBytes(segment.header().blockBytes())
                && documents.endPosition() + DocumentCursor.WORD_BYTES + recordBytes + SegmentQueue.TAIL_RESERVE_BYTES
                        <= segment.header().blockBytes();
    }

    /** Appends an entry. Returns the number of its record. */
    int append(LogEntry entry) throws IOException {
        int ordinal = records;
        segment.onEntry(ordinal, append(encoder.entry(entry, flushedRecords)));
        return ordinal;
    }

    /** Appends another record. */
    void append(RecordType type, EntryId id) throws IOException {
        append(type, id, NO_BODY);
    }

    /** Hands what was appended to the operating system. */
    void writeOut() throws IOException {
        documents.writeOut();
    }

    /** Flushes what was appended, and the name. After an exception nothing is known, and nothing may be promised any more. */
    void force() throws IOException {
        int covered = records;
        documents.writeOut();
        barrier.force(queue.channel(), file);
        if (nameIsUnflushed) {
            flushName();
        }
        flushedRecords = covered;
    }

    /** Flushes a finished segment, of which nothing is promised, and its name, and closes it. Any thread, after what was appended is written out. */
    void flushAndClose() throws IOException {
        try (queue) {
            barrier.force(queue.channel(), file);
            flushName();
            flushed.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            flushed.completeExceptionally(e);
            throw e;
        }
    }

    /** Completes with {@link #flushAndClose}. */
    CompletableFuture<Void> flushed() {
        return flushed;
    }

    /** Unmaps and closes. Any thread, after the last append. */
    @Override
    public void close() throws IOException {
        queue.close();
    }

    private void append(RecordType type, EntryId id, ByteBuffer body) throws IOException {
        append(encoder.record(type, id, body, flushedRecords));
    }

    /** Returns where the record's document starts. */
    private long append(ByteBuffer record) throws IOException {
        long start = documents.append(record);
        records++;
        return start;
    }
}
