package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogContinuation.Tail;
import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import java.io.IOException;
import java.util.List;
import java.util.NavigableMap;

/** Which segments a log consists of, and where the newest one ends: the judgement of a start, which changes nothing. */
final class SegmentChain {

    private SegmentChain() {}

    /**
     * The newest segment and all that it rests on, oldest first.
     *
     * @param found the headers of all segments that are there; at least one
     * @throws io.pecanraft.spi.StorageException when one is missing, or there is one that nothing accounts for
     */
    static List<SegmentHeader> of(NavigableMap<Long, SegmentHeader> found, Watermark mark, DirectoryLayout layout) {
        SegmentHeader newest = found.lastEntry().getValue();
        boolean otherThanFlushed =
                mark.segmentId() == newest.segmentId() && mark.segmentIncarnation() != newest.incarnation();
        if (mark.segmentId() > newest.segmentId() || otherThanFlushed) {
            throw Damage.corrupt(
                    layout.segment(mark.segmentId()), "the segment that was written last is missing or another one");
        }
        List<SegmentHeader> headers = newest.chain(found);
        SegmentHeader other = found.get(headers.get(0).predecessor().segmentId());
        if (other != null) {
            throw Damage.corrupt(layout.segment(other.segmentId()), "it is not the segment that its successor follows");
        }
        requireOthersReplaced(found, headers, layout);
        return headers;
    }

    /** Passes when there are no segments because there never were any. */
    static void requireNeverWritten(Watermark mark, DirectoryLayout layout) {
        if (mark.segmentId() != 0) {
            throw Damage.corrupt(layout.log(), "all segments are missing, up to number " + mark.segmentId());
        }
    }

    /**
     * A segment that nothing rests on was either replaced by a successor with the same predecessor, or is older than the oldest
     * that is needed: what a crash left of a removal.
     */
    private static void requireOthersReplaced(
            NavigableMap<Long, SegmentHeader> found, List<SegmentHeader> chain, DirectoryLayout layout) {
        for (SegmentHeader other : found.values()) {
            boolean old = other.segmentId() < chain.get(0).segmentId();
            boolean used = chain.stream().anyMatch(header -> header.segmentId() == other.segmentId());
            boolean replaced = chain.stream()
                    .anyMatch(header -> header.segmentId() > other.segmentId()
                            && header.predecessor().equals(other.predecessor()));
            if (!old && !used && !replaced) {
                throw Damage.corrupt(layout.segment(other.segmentId()), "no later segment continues it");
            }
        }
    }

    /**
     * Where the newest segment ends.
     *
     * @param tail in records
     * @param endPosition in the file
     * @param sealed whether it was closed in order
     * @param hardState how often the hard state had been stored, as its records know
     */
    record NewestSegment(Tail tail, long endPosition, boolean sealed, int hardState) {}

    /**
     * Judges the end of the newest segment: a bad record above the watermark is the end of a write that a crash cut off.
     *
     * @throws io.pecanraft.spi.StorageException when fewer records are valid than were flushed
     */
    static NewestSegment judge(Segment newest, Watermark mark) throws IOException {
        SegmentScan.Result valid = SegmentScan.scan(newest, Integer.MAX_VALUE);
        int flushed = Math.max(valid.flushed(), mark.recordsOf(newest.header()));
        if (!valid.sealed()) {
            flushed = Math.max(flushed, SegmentScan.flushedBeyond(newest, valid.endPosition()));
        }
        if (valid.records() < flushed) {
            throw Damage.corrupt(
                    newest.file(),
                    valid.endPosition(),
                    valid.last().index() + 1,
                    "record " + valid.records() + ", after index "
                            + valid.last().index() + " of term " + valid.last().term() + ", is not valid, but "
                            + flushed + " records were flushed");
        }
        boolean empty = valid.records() <= 1 || (valid.records() == 2 && valid.sealed());
        Tail tail = new Tail(valid.records(), flushed, empty);
        return new NewestSegment(tail, valid.endPosition(), valid.sealed(), valid.hardState());
    }
}
