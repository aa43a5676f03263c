package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import java.util.List;

/**
 * Which entries there are and where, at one moment. Immutable, published by the writer after every flush.
 *
 * @param base the entry before the first one
 * @param lastIndex the last entry
 * @param extents where the entries are, ascending; each goes on to the start of the next
 */
record LogView(EntryId base, long lastIndex, List<Extent> extents) {

    static final LogView EMPTY = new LogView(EntryId.ZERO, 0, List.of());

    LogView {
        extents = List.copyOf(extents);
    }

    /**
     * Entries that lie one after another in one segment, so that index minus ordinal is the same for all.
     *
     * @param firstIndex the first of them
     * @param segment where they are
     * @param firstOrdinal the number of the first one's record in its segment
     */
    record Extent(long firstIndex, Segment segment, int firstOrdinal) {

        int ordinalOf(long index) {
            return Math.toIntExact(index - firstIndex) + firstOrdinal;
        }
    }

    /** The number of the extent that holds this index, which is in the log. */
    int extentOf(long index) {
        int low = 0;
        int high = extents.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (extents.get(middle).firstIndex() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The last index of an extent. */
    long lastIndexOf(int extent) {
        return extent + 1 < extents.size() ? extents.get(extent + 1).firstIndex() - 1 : lastIndex;
    }
}
