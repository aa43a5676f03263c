package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log as the protocol sees it (§5.3): where it begins and ends, the term of every entry, the newest entries themselves,
 * and what the disk has not been told yet.
 *
 * <pre>
 *   base   firstIndex           tail (in memory)        lastIndex
 *    |        |                      |                      |
 *  [snapshot][ on disk only ........ ][ .... written ][ new ]
 *                                                      ^ unwrittenFrom
 * </pre>
 */
final class LogView {

    private EntryId base;
    private long lastIndex;
    private final TermRuns terms;
    private final EntryTail tail;
    private final long tailCacheBytes;

    /** The first index that the disk has not been told of. */
    private long unwrittenFrom;

    /** The lowest index that the disk was told of and that has been removed since; 0 for none. */
    private long truncatedFrom;

    /** Set when the disk is to forget its whole log. */
    private @Nullable EntryId resetTo;

    LogView(EntryId base, long lastIndex, List<EntryId> termStarts, long tailCacheBytes) {
        this.base = base;
        this.lastIndex = lastIndex;
        this.terms = new TermRuns(base, termStarts);
        this.tail = new EntryTail(lastIndex + 1);
        this.tailCacheBytes = tailCacheBytes;
        this.unwrittenFrom = lastIndex + 1;
    }

    /** The entry right before the first one that the log holds. */
    EntryId base() {
        return base;
    }

    long firstIndex() {
        return base.index() + 1;
    }

    long lastIndex() {
        return lastIndex;
    }

    /** Term and index of the last entry, which compares logs (§5.4.1). */
    EntryId lastEntry() {
        return idAt(lastIndex);
    }

    /** The entry at an index from the base to the end. */
    EntryId idAt(long index) {
        return new EntryId(termAt(index), index);
    }

    /** The term at an index from the base to the end. */
    long termAt(long index) {
        Invariant.that(index >= base.index(), "term asked for a compacted index", index, base.index());
        Invariant.that(index <= lastIndex, "term asked beyond the end of the log", index, lastIndex);
        return terms.termAt(index);
    }

    /** Whether the log holds exactly this entry, or has it as its base (Log Matching, §5.3). */
    boolean matches(EntryId entry) {
        return entry.index() >= base.index()
                && entry.index() <= lastIndex
                && terms.termAt(entry.index()) == entry.term();
    }

    /** The last entry that may agree with another log that has {@code term} at {@code index}; skips whole terms. */
    EntryId lastPossibleMatch(long term, long index) {
        long start = Math.max(base.index(), Math.min(index, lastIndex));
        return idAt(terms.lastIndexWithTermAtMost(term, start));
    }

    void append(LogEntry entry) {
        Invariant.that(entry.index() == lastIndex + 1, "the log has no gaps", entry.index(), lastIndex + 1);
        terms.append(entry.index(), entry.term());
        tail.append(entry);
        lastIndex = entry.index();
    }

    /** Removes this index and all above it. */
    void truncateFrom(long index) {
        Invariant.that(index > base.index(), "truncating what a snapshot includes", index, base.index());
        if (index > lastIndex) {
            return;
        }
        terms.truncateFrom(index);
        tail.truncateFrom(index);
        lastIndex = index - 1;
        if (index < unwrittenFrom) {
            truncatedFrom = truncatedFrom == 0 ? index : Math.min(truncatedFrom, index);
            unwrittenFrom = index;
        }
    }

    /** Forgets everything and goes on after this entry, which a durable snapshot includes. */
    void reset(EntryId snapshot) {
        base = snapshot;
        lastIndex = snapshot.index();
        terms.reset(snapshot);
        tail.reset(snapshot.index() + 1);
        resetTo = snapshot;
        truncatedFrom = 0;
        unwrittenFrom = snapshot.index() + 1;
    }

    /** Forgets entries up to and including an index that a durable snapshot covers. */
    void compactThrough(long index) {
        if (index <= base.index()) {
            return;
        }
        Invariant.that(index < unwrittenFrom, "compacting what was never written", index, unwrittenFrom);
        base = idAt(index);
        terms.compactThrough(index);
        tail.evict(index, -1);
    }

    /** Keeps the memory within its limit by forgetting entries that can be read back, up to this index. */
    void evictThrough(long index) {
        tail.evict(Math.min(index, unwrittenFrom - 1), tailCacheBytes);
    }

    /** Whether the entry at this index is in memory. */
    boolean inMemory(long index) {
        return index >= tail.firstIndex() && index <= lastIndex;
    }

    /** The first index in memory; {@code lastIndex + 1} when nothing is. */
    long inMemoryFrom() {
        return tail.firstIndex();
    }

    /** Consecutive entries from an index in memory, at least one, within both limits. */
    List<LogEntry> slice(long fromIndex, long throughIndex, int maxEntries, long maxBytes) {
        return tail.slice(fromIndex, throughIndex + 1, maxEntries, maxBytes);
    }

    /** Payload bytes of the entries above an index, as far as they are in memory. */
    long bytesAbove(long index) {
        return tail.bytesFrom(index + 1);
    }

    /** What the disk has not been told yet; null when it knows everything. Counts as told from now on. */
    @Nullable
    PendingWrite takePendingWrite() {
        if (resetTo == null && truncatedFrom == 0 && unwrittenFrom > lastIndex) {
            return null;
        }
        List<LogEntry> entries = unwrittenFrom > lastIndex
                ? List.of()
                : tail.slice(unwrittenFrom, lastIndex + 1, Integer.MAX_VALUE, Long.MAX_VALUE / 2);
        PendingWrite write = new PendingWrite(resetTo, truncatedFrom, entries);
        resetTo = null;
        truncatedFrom = 0;
        unwrittenFrom = lastIndex + 1;
        return write;
    }

    /** One step of the log on disk; see {@link Effect.Persist}. */
    record PendingWrite(@Nullable EntryId resetTo, long truncateFromIndex, List<LogEntry> entries) {}
}
