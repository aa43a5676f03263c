package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as something one appends to: segment after segment, with the state they amount to. Confined to the writer's thread.
 *
 * <p>After an exception from any method the object is unusable: what the files hold is then for the next process to find out.
 */
final class LogAppender implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(LogAppender.class);

    /** So many segments may wait for their flush; then the log waits for the disk after all. */
    static final int MAX_LOOSE_SEGMENTS = 4;

    /** What is appended is written when it is so much, and at the end of each group. */
    private static final int BUFFER_BYTES = 64 << 10;

    private final DirectoryLayout layout;
    private final Incarnation storage;
    private final long group;
    private final Durability durability;
    private final IntSupplier hardState;
    private final Barrier barrier;
    private final WatermarkFile watermark;
    private final SegmentPreparer preparer;
    private final long blockBytes;
    private final LogState state;
    private final SecureRandom random = new SecureRandom();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** Oldest first; the last one is being written. */
    private final Deque<Segment> segments;

    private SegmentWriter active;

    /** Finished, but not known to be flushed, oldest first. */
    private final Deque<SegmentWriter> loose = new ArrayDeque<>();
    /** The newest of those that were; null when every finished segment was flushed as it was finished. */
    private @Nullable SegmentWriter lastFlushed;

    private boolean firstIsComplete;
    /** Everything before it is void; null when there was no reset, or its segments are gone. */
    private @Nullable Segment segmentOfReset;

    LogAppender(
            DirectoryLayout layout,
            Incarnation storage,
            long group,
            Durability durability,
            IntSupplier hardState,
            Barrier barrier,
            WatermarkFile watermark,
            SegmentPreparer preparer,
            long blockBytes,
            LogState state,
            Deque<Segment> olderSegments,
            Successor first,
            long keptBytes)
            throws IOException {
        this.layout = layout;
        this.storage = storage;
        this.group = group;
        this.durability = durability;
        this.hardState = hardState;
        this.barrier = barrier;
        this.watermark = watermark;
        this.preparer = preparer;
        this.blockBytes = blockBytes;
        this.state = state;
        this.segments = new ArrayDeque<>(olderSegments);
        this.active = begin(preparer.openForStart(first.blockBytes(), keptBytes), first);
        this.segments.addLast(active.segment());
    }

    /**
     * The segment to be begun.
     *
     * @param segmentId its id
     * @param predecessor what it follows
     * @param start the last entry before it
     * @param blockBytes its size
     */
    record Successor(long segmentId, SegmentHeader.Link predecessor, EntryId start, long blockBytes) {

        /** The same, half as large. */
        Successor halved() {
            return new Successor(segmentId, predecessor, start, blockBytes / 2);
        }
    }

    LogState state() {
        return state;
    }

    /** Whether a segment is still part of the log. */
    boolean uses(long segmentId) {
        return segments.stream().anyMatch(segment -> segment.id() == segmentId);
    }

    /** Appends an entry, in a new segment when it does not fit in this one. */
    void append(LogEntry entry) throws IOException {
        makeRoomFor(RecordEncoder.entryBytes(entry));
        int ordinal = active.append(entry);
        state.append(entry.id(), active.segment(), ordinal);
    }

    /** Ends the log before an index. */
    void truncateFrom(long index) throws IOException {
        Invariant.that(
                index > state.base().index(),
                "truncating what is compacted",
                index,
                state.base().index());
        truncateTo(state.idAt(index - 1));
    }

    /** Ends the log at an entry. */
    void truncateTo(EntryId newLast) throws IOException {
        makeRoomFor(LogRecord.HEADER_BYTES);
        active.append(RecordType.TRUNCATE, newLast);
        state.truncate(newLast);
    }

    /** Empties the log, which goes on after this entry. */
    void reset(EntryId newBase) throws IOException {
        makeRoomFor(LogRecord.HEADER_BYTES);
        active.append(RecordType.RESET, newBase);
        state.reset(newBase);
        segmentOfReset = active.segment();
    }

    /** Flushes everything appended; only then may it be promised. */
    void force() throws IOException {
        awaitFlushes();
        active.force();
        watermark.advance(position());
    }

    /** Hands everything appended to the operating system, so that it survives the death of this process. */
    void writeOut() throws IOException {
        active.writeOut();
        noteFlushes();
    }

    /** Notes what was flushed that nobody waited for, so that damage to it is known for what it is. */
    private void noteFlushes() throws IOException {
        if (isFlushNews()) {
            watermark.advance(position());
        }
    }

    /** Notes that the hard state was stored, so that an older one is noticed although the log has not grown since. */
    void noteHardState() throws IOException {
        watermark.advance(position());
    }

    /** Gives the first segment after a start its name, with all that was copied into it. */
    void completeFirst() throws IOException {
        active.complete();
        firstIsComplete = true;
        watermark.advanceDurably(position());
        preparer.prepareNext();
    }

    /** Ends in order, so that a restart knows that nothing can be missing. */
    void seal() throws IOException {
        active.append(RecordType.SEAL, state.last());
        awaitFlushes();
        active.force();
        watermark.advanceDurably(position());
    }

    /** Removes segments, oldest first, whose entries are all covered by a snapshot. */
    void removeThrough(long index) throws IOException {
        int removed = 0;
        noteFlushes();
        SegmentWriter unflushed = loose.isEmpty() ? active : loose.getFirst();
        long mayBeLost = unflushed.segment().id() + (unflushed.flushedRecords() > 0 ? 1 : 0);
        while (segments.size() > 1) {
            Segment oldest = segments.removeFirst();
            SegmentHeader next = segments.getFirst().header();
            // One that may be lost as a whole needs a flushed one before it, which says so; see LooseEnd.
            boolean isNeeded = next.loose() && next.segmentId() >= mayBeLost;
            if (next.start().index() > index || isNeeded) {
                segments.addFirst(oldest);
                break;
            }
            state.forget(oldest);
            remove(oldest);
            removed++;
        }
        if (removed > 0) {
            LOG.atInfo()
                    .addKeyValue("segments", removed)
                    .addKeyValue("throughIndex", index)
                    .addKeyValue("base", state.base())
                    .log("compacted the log");
        }
    }

    /** Removes every segment before the one with the last reset, once that is flushed. */
    void removeWhatIsReset() throws IOException {
        Segment first = segmentOfReset;
        if (first == null) {
            return;
        }
        segmentOfReset = null;
        // Not all before the active one: entries that followed the reset may have filled more segments since.
        while (segments.getFirst() != first) {
            remove(segments.removeFirst());
        }
    }

    /** Removes what a repair has put aside: the log has again all that was in it. */
    void removeWhatIsAside() throws IOException {
        for (Path path : FileTree.list(layout.log())) {
            if (path.getFileName().toString().startsWith(DirectoryLayout.ASIDE)) {
                preparer.runLater("delete a damaged segment", () -> FileTree.delete(path));
            }
        }
    }

    @Override
    public void close() throws IOException {
        active.close();
        for (Segment segment : segments) {
            segment.close();
        }
    }

    private void makeRoomFor(int recordBytes) throws IOException {
        if (active.hasRoomFor(recordBytes)) {
            return;
        }
        Invariant.that(firstIsComplete, "what was copied at a start is more than it was before");
        SegmentWriter full = active;
        full.append(RecordType.SEAL, state.last());
        Successor next = new Successor(full.segment().id() + 1, full.link(), state.last(), blockBytes);
        boolean isLoose = durability == Durability.PROCESS_CRASH;
        if (isLoose) {
            full.writeOut();
            while (loose.size() >= MAX_LOOSE_SEGMENTS) {
                awaitFlush();
            }
        } else {
            full.force();
            watermark.advance(position());
        }
        active = begin(preparer.take(), next);
        segments.addLast(active.segment());
        if (isLoose) {
            // Nobody waits for its flush; see LooseEnd for what is left of it when the power fails.
            loose.addLast(full);
            preparer.runLater("flush a full segment", full::flushAndClose);
            active.nameLoosely();
        } else {
            preparer.runLater("close a full segment", full::close);
            active.complete();
        }
        state.beginSegment(state.last());
        watermark.advance(position());
        preparer.prepareNext();
        Invariant.that(
                active.hasRoomFor(recordBytes), "a record does not fit in an empty segment", recordBytes, blockBytes);
    }

    private SegmentWriter begin(SegmentQueue queue, Successor next) throws IOException {
        SegmentHeader header = new SegmentHeader(
                next.segmentId(),
                random.nextLong(),
                storage,
                next.predecessor(),
                next.start(),
                next.blockBytes(),
                durability == Durability.PROCESS_CRASH);
        return SegmentWriter.begin(queue, header, group, hardState, layout, barrier, buffer);
    }

    /** Up to where everything is flushed. Never names a segment of which nothing is: that may be gone after a loss of power. */
    private Watermark position() {
        takeFlushNews();
        SegmentWriter first = loose.isEmpty() ? active : loose.getFirst();
        SegmentWriter before = lastFlushed;
        SegmentWriter end = first.flushedRecords() == 0 && before != null ? before : first;
        int records = end == before ? end.records() : end.flushedRecords();
        SegmentHeader header = end.segment().header();
        return new Watermark(header.segmentId(), header.incarnation(), records, hardState.getAsInt());
    }

    /** Whether the oldest of the finished segments was flushed since this was last asked for. */
    private boolean isFlushNews() {
        return !loose.isEmpty() && loose.getFirst().flushed().isDone();
    }

    /** Takes note of what was flushed meanwhile. Throws when that failed. */
    private void takeFlushNews() {
        while (isFlushNews()) {
            awaitFlush();
        }
    }

    /** Waits until all finished segments are flushed. */
    private void awaitFlushes() {
        while (!loose.isEmpty()) {
            awaitFlush();
        }
    }

    private void awaitFlush() {
        loose.getFirst().flushed().join();
        lastFlushed = loose.removeFirst();
    }

    private void remove(Segment segment) throws IOException {
        Path trash = layout.trash(segment.id());
        Files.move(layout.segment(segment.id()), trash, StandardCopyOption.ATOMIC_MOVE);
        // Oldest first also on disk: a gap in the middle would be damage.
        barrier.forceDirectory(layout.log());
        segment.close();
        preparer.putAway(segment, trash);
    }
}
