package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;

/**
 * The headers of all segments that are there.
 *
 * @param readable of those that may belong to the log, by id
 * @param unreadable why others cannot be read that must
 * @param voided the ids of segments behind the end of the log; see {@link LooseEnd}
 * @param highestId no segment has a greater one; 0 when there is none
 */
record SegmentHeaders(
        NavigableMap<Long, SegmentHeader> readable,
        Map<Long, StorageException> unreadable,
        NavigableSet<Long> voided,
        long highestId) {

    /**
     * Reads them.
     *
     * @param mark the watermark
     * @throws StorageException when one cannot be judged; not for damage
     */
    static SegmentHeaders read(LogSource source, Watermark mark) throws IOException {
        NavigableMap<Long, SegmentHeader> readable = new TreeMap<>();
        Map<Long, StorageException> unreadable = new TreeMap<>();
        NavigableMap<Long, Path> all = DirectoryLayout.segments(source.layout().log());
        for (Map.Entry<Long, Path> segment : all.entrySet()) {
            long id = segment.getKey();
            try {
                readable.put(id, SegmentScan.readHeader(segment.getValue(), id, source.storage()));
            } catch (StorageException e) {
                if (e.reason() != Reason.CORRUPT) {
                    throw e;
                }
                unreadable.put(id, e);
            }
        }
        NavigableSet<Long> voided =
                new LooseEnd(readable, mark, source.layout()).behindTheFirstGap(all.navigableKeySet());
        readable.keySet().removeAll(voided);
        unreadable.keySet().removeAll(voided);
        return new SegmentHeaders(readable, unreadable, voided, all.isEmpty() ? 0 : all.lastKey());
    }

    /** Passes when there is no damage. */
    void requireReadable() {
        Collection<StorageException> damages = unreadable.values();
        if (!damages.isEmpty()) {
            throw damages.iterator().next();
        }
    }
}
