package io.pecanraft.runtime;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The replies that are kept in case a client asks again, by the index of their command. Bounded in bytes, for each session and
 * in total; when full the oldest goes first, by log order. Which command is applied never depends on what is here. Apply lane.
 */
final class ReplyCache {

    /** What a kept reply takes besides its bytes, roughly. */
    static final int OVERHEAD_BYTES = 64;

    private record Kept(long session, ByteBuffer reply) {
        long size() {
            return (long) OVERHEAD_BYTES + reply.remaining();
        }
    }

    private static final class OfSession {
        private final Set<Long> indexes = new LinkedHashSet<>();
        private long bytes;
    }

    /** In the order in which they were added, which is that of the log. */
    private final Map<Long, Kept> kept = new LinkedHashMap<>();

    private final Map<Long, OfSession> bySession = new HashMap<>();
    private long limit;
    private long bytes;

    /** The most bytes from now on. */
    void limit(long maxBytes) {
        limit = maxBytes;
        shrink();
    }

    long limit() {
        return limit;
    }

    long bytes() {
        return bytes;
    }

    /** Keeps the reply of the latest command, at the expense of older ones; not at all when it alone is too large. */
    void keep(long session, long index, @Nullable ByteBuffer reply, long sessionLimit) {
        ByteBuffer copy = ByteBuffer.allocate(reply == null ? 0 : reply.remaining());
        if (reply != null) {
            copy.put(reply.duplicate()).flip();
        }
        Kept added = new Kept(session, copy.asReadOnlyBuffer());
        if (added.size() > limit || added.size() > sessionLimit) {
            return;
        }
        OfSession own = bySession.computeIfAbsent(session, id -> new OfSession());
        while (own.bytes + added.size() > sessionLimit) {
            forget(own.indexes.iterator().next());
            own = bySession.computeIfAbsent(session, id -> new OfSession());
        }
        kept.put(index, added);
        own.indexes.add(index);
        own.bytes += added.size();
        bytes += added.size();
        shrink();
    }

    /** The reply of the command at this index, whose bytes never change; null when it is not kept. */
    @Nullable
    ByteBuffer get(long index) {
        Kept found = kept.get(index);
        return found == null ? null : found.reply().duplicate();
    }

    /** Drops the reply of the command at this index, if it is here. */
    void forget(long index) {
        Kept dropped = kept.remove(index);
        if (dropped == null) {
            return;
        }
        bytes -= dropped.size();
        OfSession own = bySession.get(dropped.session());
        if (own != null) {
            own.indexes.remove(index);
            own.bytes -= dropped.size();
            if (own.indexes.isEmpty()) {
                bySession.remove(dropped.session());
            }
        }
    }

    void clear() {
        kept.clear();
        bySession.clear();
        bytes = 0;
    }

    private void shrink() {
        while (bytes > limit) {
            forget(kept.keySet().iterator().next());
        }
    }
}
