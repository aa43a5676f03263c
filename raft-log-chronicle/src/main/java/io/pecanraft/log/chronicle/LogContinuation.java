package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogAppender.Successor;
import io.pecanraft.log.chronicle.SegmentHeader.Link;
import io.pecanraft.log.chronicle.SegmentPreparer.Chore;
import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes an old log up where it ends, in a new segment: its header vouches for what of the old ones is surely on the disk, the rest is
 * copied into it, and with its name flushed it takes over.
 */
final class LogContinuation {

    /** A record may take a quarter of a segment, so what is copied has room in four times its length. */
    private static final long COPIED_TIMES = 4;

    /** Of a segment's length, what must be left for snapshots. */
    private static final long TIMES_FOR_SNAPSHOTS = 3;

    private final LogParts parts;

    LogContinuation(LogParts parts) {
        this.parts = parts;
    }

    /**
     * Where the last segment ends.
     *
     * @param records valid records
     * @param flushedRecords how many of them are surely on the disk
     * @param empty whether they say nothing about the log
     */
    record Tail(int records, int flushedRecords, boolean empty) {

        /** Of a segment of which nothing but the header is surely flushed, or which holds nothing at all: it is not continued. */
        boolean isReplaced() {
            return flushedRecords <= 1 || empty;
        }
    }

    /**
     * What was found, ready to be appended to.
     *
     * @param appender on a new segment
     * @param membershipEntries the configurations in the log
     * @param highestTerm of any entry ever written
     */
    record Outcome(LogAppender appender, List<LogEntry> membershipEntries, long highestTerm) {}

    /**
     * Goes on after a chain of segments; afterwards they are the log's, or closed.
     *
     * @param chain oldest first; all but the last one are as the next one's header says
     * @param tail where the last one ends; null when there is none
     * @param successorId of the new segment, greater than any there is
     * @param snapshotsMustCover whether to refuse a log that begins after the newest snapshot, or ends before one that is damaged
     * @param takingOver what must happen just before the new segment gets its name, when nothing can be wrong with the old ones any more
     */
    Outcome goOn(
            List<Segment> chain, @Nullable Tail tail, long successorId, boolean snapshotsMustCover, Chore takingOver)
            throws IOException {
        EntryId start = chain.isEmpty() ? EntryId.ZERO : chain.get(0).header().start();
        Replay replay = new Replay(parts.source().group().value(), new LogState(start));
        Link link = Link.NONE;
        Deque<Segment> kept = new ArrayDeque<>(chain);
        long successorBytes = parts.blockBytes();
        Watermark mark = parts.source().watermark().read();
        for (int i = 0; i + 1 < chain.size(); i++) {
            Segment segment = chain.get(i);
            replay.applyStated(segment, chain.get(i + 1).header().predecessor());
            if (LooseEnd.mayBeUnflushed(segment.header(), mark)) {
                // From the next watermark on it counts as flushed.
                FileTree.rewrite(segment.file(), parts.barrier());
            }
        }
        Segment last = kept.peekLast();
        if (last != null && tail != null) {
            start = last.header().start();
            link = last.header().predecessor();
            successorBytes = Math.max(successorBytes, last.header().blockBytes());
            if (tail.isReplaced()) {
                kept.removeLast();
            } else {
                SegmentScan.Result flushed = SegmentScan.scan(
                        last, tail.flushedRecords(), (record, ordinal, at) -> replay.apply(record, last, ordinal, at));
                requireAsMany(flushed.records(), tail.flushedRecords());
                start = replay.state().last();
                link = new Link(last.id(), last.header().incarnation(), flushed.records(), flushed.crc());
            }
        }
        Successor successor = new Successor(successorId, link, start, successorBytes);
        LogAppender appender = begin(replay.state(), kept, successor, last, tail);
        try {
            replay.state().beginSegment(start);
            if (last != null && tail != null) {
                copyUnflushed(last, tail, replay, appender);
            }
            if (snapshotsMustCover) {
                parts.source().snapshots().requireCovers(replay.state());
            }
            takingOver.run();
            appender.completeFirst();
        } catch (IOException | RuntimeException | Error e) {
            appender.close();
            throw e;
        }
        if (last != null && tail != null && tail.isReplaced()) {
            last.close();
        }
        return new Outcome(appender, List.copyOf(replay.membershipEntries()), replay.highestTerm());
    }

    /**
     * Begins the new segment. On a disk that has no room for one of the usual size, and for a snapshot besides, it is a smaller one: with
     * that a server can take part, have its log compacted, and so make room. Where no size leaves so much, it is the smallest that does.
     *
     * @param last what has to be copied lies there, also when it is not kept
     */
    private LogAppender begin(
            LogState state, Deque<Segment> kept, Successor usual, @Nullable Segment last, @Nullable Tail tail)
            throws IOException {
        long leastBytes = 0;
        for (Successor next = usual; ; next = next.halved()) {
            try {
                return parts.appender(state, kept, next, TIMES_FOR_SNAPSHOTS * next.blockBytes());
            } catch (StorageException e) {
                if (e.reason() != Reason.DISK_FULL) {
                    throw e;
                }
            }
            leastBytes = leastBytes == 0 ? leastBytes(last, tail) : leastBytes;
            if (next.blockBytes() / 2 < leastBytes) {
                return parts.appender(state, kept, next, 0);
            }
        }
    }

    /** The shortest segment that takes what has to be copied. */
    private static long leastBytes(@Nullable Segment last, @Nullable Tail tail) throws IOException {
        if (last == null || tail == null) {
            return SegmentQueue.MIN_BLOCK_BYTES;
        }
        long copied = SegmentScan.scan(last, tail.records()).endPosition();
        if (!tail.isReplaced()) {
            copied -= SegmentScan.scan(last, tail.flushedRecords()).endPosition();
        }
        return SegmentQueue.MIN_BLOCK_BYTES + COPIED_TIMES * copied;
    }

    /** Copies what may be in the page cache only. */
    private static void copyUnflushed(Segment newest, Tail tail, Replay replay, LogAppender appender)
            throws IOException {
        SegmentScan.Result copied = SegmentScan.scan(newest, tail.records(), (record, ordinal, position) -> {
            if (ordinal >= Math.max(1, tail.flushedRecords())) {
                replay.note(record, newest.file(), position);
                switch (record.type()) {
                    case ENTRY -> appender.append(record.entry());
                    case TRUNCATE -> appender.truncateTo(record.id());
                    case RESET -> appender.reset(record.id());
                    case SEGMENT_HEADER, SEAL -> {}
                }
            }
        });
        requireAsMany(copied.records(), tail.records());
    }

    /** What was there a moment ago and is not read any more must not be taken for what was never there. */
    private static void requireAsMany(int records, int before) {
        Invariant.that(records == before, "records have vanished between two looks at a segment", records, before);
    }
}
