package io.pecanraft.examples.kv.store;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A hash map that can be frozen in constant time, whatever its size.
 *
 * <pre>
 *   normal:     writes ──► base                reads ──► base
 *   frozen:     writes ──► overlay             reads ──► overlay, then base      the view iterates base
 *   thawing:    every write also moves a few entries of the overlay into base, until the overlay is empty
 * </pre>
 *
 * <p>While a view is open nobody changes {@code base}, so another thread may read it without locks. Removals stand in the
 * overlay as empty values until then. To freeze again before the overlay is empty merges the rest of it first, which takes
 * time in proportion to the writes since the last freeze: snapshots are far apart, so it hardly happens.
 *
 * <p>Threads: one, except that a view is iterated and closed by another.
 */
final class SnapshotableMap {

    /** How many entries of the overlay each write moves. More than one, so that thawing ends while writes go on. */
    private static final int THAW_STEP = 4;

    private Map<Bytes, Bytes> base = new HashMap<>();
    // Linked, because moving entries starts an iterator at each write: in a plain one that walks over emptied buckets.
    private final Map<Bytes, Optional<Bytes>> overlay = new LinkedHashMap<>();
    private final AtomicReference<@Nullable View> open = new AtomicReference<>();
    private int size;

    /** The value of a key; null when it has none. */
    @Nullable
    Bytes get(Bytes key) {
        if (!overlay.isEmpty()) {
            Optional<Bytes> newer = overlay.get(key);
            if (newer != null) {
                return newer.orElse(null);
            }
        }
        return base.get(key);
    }

    /** The number of keys that have a value. */
    int size() {
        return size;
    }

    /** Gives a key a value. */
    void put(Bytes key, Bytes value) {
        if (get(key) == null) {
            size++;
        }
        write(key, Optional.of(value));
    }

    /** Removes a key; says whether it had a value. */
    boolean remove(Bytes key) {
        if (get(key) == null) {
            return false;
        }
        size--;
        write(key, Optional.empty());
        return true;
    }

    /**
     * Freezes the present content.
     *
     * @throws IllegalStateException while an earlier view is open
     */
    View freeze() {
        if (open.get() != null) {
            throw new IllegalStateException("the map is frozen already");
        }
        thaw(Integer.MAX_VALUE);
        View view = new View(base);
        open.set(view);
        return view;
    }

    /** Forgets everything. A view that is still open keeps what it shows. */
    void clear() {
        open.set(null);
        base = new HashMap<>();
        overlay.clear();
        size = 0;
    }

    private void write(Bytes key, Optional<Bytes> value) {
        if (open.get() != null) {
            overlay.put(key, value);
            return;
        }
        if (!overlay.isEmpty()) {
            overlay.remove(key);
            thaw(THAW_STEP);
        }
        writeBase(key, value);
    }

    private void thaw(int entries) {
        Iterator<Map.Entry<Bytes, Optional<Bytes>>> newer = overlay.entrySet().iterator();
        for (int moved = 0; moved < entries && newer.hasNext(); moved++) {
            Map.Entry<Bytes, Optional<Bytes>> entry = newer.next();
            writeBase(entry.getKey(), entry.getValue());
            newer.remove();
        }
    }

    private void writeBase(Bytes key, Optional<Bytes> value) {
        if (value.isPresent()) {
            base.put(key, value.get());
        } else {
            base.remove(key);
        }
    }

    /** The content at one moment. */
    final class View implements AutoCloseable {

        private final Map<Bytes, Bytes> frozen;

        private View(Map<Bytes, Bytes> frozen) {
            this.frozen = frozen;
        }

        /** All entries, in no particular order. */
        Iterable<Map.Entry<Bytes, Bytes>> entries() {
            return frozen.entrySet();
        }

        /** The number of entries. */
        int size() {
            return frozen.size();
        }

        /** Lets the map change again what this view shows. Idempotent. */
        @Override
        public void close() {
            open.compareAndSet(this, null);
        }
    }
}
