package io.pecanraft.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One client session, as every server has it after the same entry. */
final class Session {

    final long id;
    final long timeoutMillis;
    final int maxOutstanding;
    final long maxReplyBytes;
    long lastActiveMillis;
    private long firstOutstanding = 1;

    /** What was applied at or above the first outstanding sequence: its place in the log. */
    private final NavigableMap<Long, Long> applied = new TreeMap<>();

    Session(long id, long timeoutMillis, int maxOutstanding, long maxReplyBytes, long openedMillis) {
        this.id = id;
        this.timeoutMillis = timeoutMillis;
        this.maxOutstanding = maxOutstanding;
        this.maxReplyBytes = maxReplyBytes;
        this.lastActiveMillis = openedMillis;
    }

    long firstOutstanding() {
        return firstOutstanding;
    }

    NavigableMap<Long, Long> applied() {
        return applied;
    }

    long expiresAtMillis() {
        return lastActiveMillis + timeoutMillis;
    }

    /** The client waits for nothing below this any more. Never decreases (K13). Adds the indexes of what is forgotten. */
    void advanceTo(long first, List<Long> forgotten) {
        if (first <= firstOutstanding) {
            return;
        }
        firstOutstanding = first;
        NavigableMap<Long, Long> below = applied.headMap(first, false);
        forgotten.addAll(below.values());
        below.clear();
    }

    /** Whether the session takes this sequence: below the window it is over, above it memory would have no bound. */
    boolean takes(long sequence) {
        return sequence >= firstOutstanding && sequence - firstOutstanding < maxOutstanding;
    }

    /** Where this sequence was applied; null when it was not. */
    @Nullable
    Long appliedAt(long sequence) {
        return applied.get(sequence);
    }

    void apply(long sequence, long index) {
        applied.put(sequence, index);
    }

    /** The places of everything that it remembers. */
    List<Long> indexes() {
        return new ArrayList<>(applied.values());
    }
}
