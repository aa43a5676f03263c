package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a log ends of which some finished segments may not have reached the disk. Where entries survive the death of the process only
 * (PROCESS_CRASH), nobody waits for the flush of a full segment: its successor gets a name at once, unflushed as well, and the watermark
 * stays behind until the flush is done. After a loss of power any part of that may be missing, also in the midst: then the log ends
 * before the first gap, as it does before a torn record in the newest segment, and the segments behind it are void.
 *
 * <p>A gap is one only beyond the watermark and in a segment whose header says that it is loose, or behind one. Everywhere else what is missing was
 * flushed, and is damage. So that a whole loose segment that is missing is recognised, the flushed one before it is not removed earlier.
 */
final class LooseEnd {

    private final NavigableMap<Long, SegmentHeader> readable;
    private final Watermark mark;
    private final DirectoryLayout layout;

    /**
     * The end of the log in a directory.
     *
     * @param readable the segments whose headers are sound
     * @param mark the watermark, of segment 0 when it is lost
     */
    LooseEnd(NavigableMap<Long, SegmentHeader> readable, Watermark mark, DirectoryLayout layout) {
        this.readable = readable;
        this.mark = mark;
        this.layout = layout;
    }

    /**
     * Whether this segment may have unflushed parts although it has a successor.
     *
     * @param mark the watermark; of segment 0 when it is lost, and nothing is known
     */
    static boolean mayBeUnflushed(SegmentHeader segment, Watermark mark) {
        return segment.loose() && segment.segmentId() >= mark.segmentId();
    }

    /**
     * The segments behind the first gap, which are void; none when there is no gap.
     *
     * @param all the ids of the segments that are there, with a readable header or not
     */
    NavigableSet<Long> behindTheFirstGap(NavigableSet<Long> all) throws IOException {
        if (mark.segmentId() == 0) {
            return new TreeSet<>(); // lost: that is a loss of its own, and what is missing may be damage
        }
        for (long id : all) {
            SegmentHeader header = readable.get(id);
            if (header == null ? followsALooseOne(id) : hasAGapBefore(header)) {
                return new TreeSet<>(all.tailSet(id, true));
            }
        }
        return new TreeSet<>();
    }

    private boolean hasAGapBefore(SegmentHeader header) throws IOException {
        SegmentHeader.Link stated = header.predecessor();
        SegmentHeader before = readable.get(stated.segmentId());
        if (before == null) {
            return stated.segmentId() > 0 && followsALooseOne(stated.segmentId());
        }
        return mayBeUnflushed(before, mark) && before.incarnation() == stated.incarnation() && !holds(before, stated);
    }

    private boolean followsALooseOne(long id) {
        Map.@Nullable Entry<Long, SegmentHeader> before = readable.lowerEntry(id);
        return before != null && mayBeUnflushed(before.getValue(), mark);
    }

    private boolean holds(SegmentHeader segment, SegmentHeader.Link stated) throws IOException {
        Path file = layout.segmentFile(segment.segmentId());
        try (Segment open = Segment.open(segment, file, file)) {
            SegmentScan.Result result = SegmentScan.scan(open, stated.records());
            return result.records() == stated.records() && result.crc() == stated.crc();
        }
    }
}
