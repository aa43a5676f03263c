package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogView.Extent;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.Invariant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the records of the segments, taken in order, amount to. Recovery replays the files through this class and the writer
 * goes on with the same object, so what a restart will find is what the writer had. Confined to the writer's thread.
 */
final class LogState {

    private EntryId base;
    private EntryId last;
    /** The first kept entry of every term, ascending. */
    private final List<EntryId> termStarts = new ArrayList<>();

    private final List<Extent> extents = new ArrayList<>();
    /** Whether the next entry lies right behind the one before, in the same segment. */
    private boolean extentOpen;
    /** A copy for readers; null when there is none of the present extents. */
    private @Nullable List<Extent> sharedExtents;

    LogState(EntryId start) {
        this.base = start;
        this.last = start;
    }

    EntryId base() {
        return base;
    }

    EntryId last() {
        return last;
    }

    List<EntryId> termStarts() {
        return termStarts;
    }

    /** The state as readers may have it, for good. */
    LogView view() {
        List<Extent> shared = sharedExtents;
        if (shared == null) {
            shared = List.copyOf(extents);
            sharedExtents = shared;
        }
        return new LogView(base, last.index(), shared);
    }

    /** The term of an entry from the base to the end. */
    long termAt(long index) {
        Invariant.that(index >= base.index() && index <= last.index(), "no term known for index", index, last.index());
        if (index == base.index()) {
            return base.term();
        }
        int at = termStarts.size() - 1;
        while (termStarts.get(at).index() > index) {
            at--;
        }
        return termStarts.get(at).term();
    }

    /** The position named by an index from the base to the end. */
    EntryId idAt(long index) {
        return index == 0 ? EntryId.ZERO : new EntryId(termAt(index), index);
    }

    /** A record ENTRY follows. */
    void append(EntryId entry, Segment segment, int ordinal) {
        Invariant.that(
                entry.index() == last.index() + 1,
                "an entry does not follow the last one",
                entry.index(),
                last.index());
        Invariant.that(
                entry.term() >= last.term(), "an entry's term is before the last one's", entry.term(), last.term());
        if (entry.term() > last.term() || termStarts.isEmpty()) {
            termStarts.add(entry);
        }
        if (!extentOpen) {
            extents.add(new Extent(entry.index(), segment, ordinal));
            extentOpen = true;
            sharedExtents = null;
        }
        last = entry;
    }

    /** A record TRUNCATE follows, which names the new end. */
    void truncate(EntryId newLast) {
        Invariant.that(
                newLast.index() <= last.index(), "a truncation ends beyond the log", newLast.index(), last.index());
        Invariant.that(
                newLast.index() < base.index() || termAt(newLast.index()) == newLast.term(),
                "a truncation names another term than the entry has",
                newLast.index(),
                newLast.term());
        extents.removeIf(extent -> extent.firstIndex() > newLast.index());
        termStarts.removeIf(start -> start.index() > newLast.index());
        extentOpen = false;
        sharedExtents = null;
        last = newLast;
        if (newLast.index() < base.index()) {
            // Only in a replay: what lay between was removed with a segment whose entries were covered by a snapshot.
            base = newLast;
        }
    }

    /** A record RESET follows. */
    void reset(EntryId newBase) {
        extents.clear();
        termStarts.clear();
        extentOpen = false;
        sharedExtents = null;
        base = newBase;
        last = newBase;
    }

    /** A record SEGMENT_HEADER follows, which names the end of the log before it. */
    void beginSegment(EntryId start) {
        Invariant.that(start.equals(last), "a segment starts elsewhere than the log ends", start.index(), last.index());
        extentOpen = false;
    }

    /** This segment, the oldest, is being removed. */
    void forget(Segment oldest) {
        int kept = 0;
        while (kept < extents.size() && extents.get(kept).segment() == oldest) {
            kept++;
        }
        if (kept == 0) {
            return;
        }
        EntryId newBase = kept < extents.size() ? idAt(extents.get(kept).firstIndex() - 1) : last;
        extents.subList(0, kept).clear();
        sharedExtents = null;
        long firstIndex = newBase.index() + 1;
        if (last.index() < firstIndex) {
            termStarts.clear();
        } else {
            EntryId first = idAt(firstIndex);
            termStarts.removeIf(start -> start.index() <= firstIndex);
            termStarts.add(0, first);
        }
        base = newBase;
    }
}
