package io.pecanraft.protocol;

import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest entries of the log, in memory: a ring of references with running byte totals. */
final class EntryTail {

    private static final int INITIAL_CAPACITY = 64;

    private @Nullable LogEntry[] ring = new LogEntry[INITIAL_CAPACITY];

    /** Payload bytes of everything that was ever appended, up to and including the entry in the same slot. */
    private long[] totals = new long[INITIAL_CAPACITY];

    private long firstIndex;
    private int size;
    private long totalBeforeFirst;

    EntryTail(long firstIndex) {
        this.firstIndex = firstIndex;
    }

    long firstIndex() {
        return firstIndex;
    }

    private long endIndex() {
        return firstIndex + size;
    }

    long bytes() {
        return bytesFrom(firstIndex);
    }

    /** Payload bytes of the entries from this index on, as far as they are here. */
    long bytesFrom(long index) {
        if (size == 0 || index >= endIndex()) {
            return 0;
        }
        return totals[slot(endIndex() - 1)] - totalBefore(Math.max(index, firstIndex));
    }

    void append(LogEntry entry) {
        Invariant.that(entry.index() == endIndex(), "the tail has no gaps", entry.index(), endIndex());
        if (size == ring.length) {
            grow();
        }
        long before = totalBefore(endIndex());
        int slot = slot(entry.index());
        ring[slot] = entry;
        totals[slot] = before + entry.payloadBytes();
        size++;
    }

    /** The entry at an index that is here. */
    LogEntry get(long index) {
        LogEntry entry = ring[slot(index)];
        if (index < firstIndex || index >= endIndex() || entry == null) {
            throw new IndexOutOfBoundsException(index + " is not in " + firstIndex + ".." + (endIndex() - 1));
        }
        return entry;
    }

    /** Consecutive entries from an index that is here, at least one, within both limits. */
    List<LogEntry> slice(long fromIndex, long toIndexExclusive, int maxEntries, long maxBytes) {
        long end = Math.min(Math.min(toIndexExclusive, endIndex()), fromIndex + maxEntries);
        long budget = totalBefore(fromIndex) + maxBytes;
        List<LogEntry> entries = new ArrayList<>((int) (end - fromIndex));
        for (long index = fromIndex; index < end; index++) {
            if (index > fromIndex && totals[slot(index)] > budget) {
                break;
            }
            entries.add(get(index));
        }
        return entries;
    }

    /** Removes this index and all above it. */
    void truncateFrom(long index) {
        while (size > 0 && endIndex() > index) {
            ring[slot(endIndex() - 1)] = null;
            size--;
        }
        if (size == 0 && firstIndex > index) {
            firstIndex = index;
        }
    }

    /** Forgets entries from the front, up to and including {@code throughIndex}, while more memory is held than wanted. */
    void evict(long throughIndex, long wantedBytes) {
        while (size > 0
                && firstIndex <= throughIndex
                && bytes() + (long) size * LogEntry.OVERHEAD_BYTES > wantedBytes) {
            int slot = slot(firstIndex);
            totalBeforeFirst = totals[slot];
            ring[slot] = null;
            firstIndex++;
            size--;
        }
    }

    /** Forgets everything and goes on at this index. */
    void reset(long nextIndex) {
        ring = new LogEntry[INITIAL_CAPACITY];
        totals = new long[INITIAL_CAPACITY];
        totalBeforeFirst = 0;
        firstIndex = nextIndex;
        size = 0;
    }

    private long totalBefore(long index) {
        return index == firstIndex ? totalBeforeFirst : totals[slot(index - 1)];
    }

    private int slot(long index) {
        return (int) (index & (ring.length - 1));
    }

    private void grow() {
        @Nullable LogEntry[] bigger = new LogEntry[ring.length * 2];
        long[] biggerTotals = new long[ring.length * 2];
        for (long index = firstIndex; index < endIndex(); index++) {
            int slot = (int) (index & (bigger.length - 1));
            bigger[slot] = ring[slot(index)];
            biggerTotals[slot] = totals[slot(index)];
        }
        ring = bigger;
        totals = biggerTotals;
    }
}
