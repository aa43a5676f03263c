package io.pecanraft.protocol;

import java.util.ArrayDeque;

/**
 * What was sent to one follower and is not acknowledged, bounded in entries and bytes (thesis §10.2.1). The first message is
 * always allowed, whatever its size.
 */
final class InFlightWindow {

    private record Sent(long lastIndex, int entries, long bytes) {}

    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private final int maxEntries;
    private final long maxBytes;
    private int entries;
    private long bytes;

    InFlightWindow(int maxEntries, long maxBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    boolean isEmpty() {
        return sent.isEmpty();
    }

    boolean isFull() {
        return entries >= maxEntries || bytes >= maxBytes;
    }

    /** How many more entries may be sent; at least one unless full. */
    int freeEntries() {
        return maxEntries - entries;
    }

    void add(long lastIndex, int entryCount, long byteCount) {
        sent.addLast(new Sent(lastIndex, entryCount, byteCount));
        entries += entryCount;
        bytes += byteCount;
    }

    /** Frees everything up to and including an acknowledged index. */
    void acknowledge(long matchIndex) {
        while (!sent.isEmpty() && sent.getFirst().lastIndex() <= matchIndex) {
            Sent freed = sent.removeFirst();
            entries -= freed.entries();
            bytes -= freed.bytes();
        }
    }

    void clear() {
        sent.clear();
        entries = 0;
        bytes = 0;
    }
}
