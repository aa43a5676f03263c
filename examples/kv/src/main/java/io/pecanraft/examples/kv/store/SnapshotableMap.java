package io.pecanraft.examples.kv.store;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A map that can be frozen in constant time, whatever its size.
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
 * <p>Ordered by {@link Bytes#SCAN_ORDER}, which is what a scan that is resumed after the map has changed needs: a key has its place
 * whatever else comes and goes.
 *
 * <p>Threads: one, except that a view is iterated and closed by another.
 */
final class SnapshotableMap<V> {

    /** How many entries of the overlay each write moves. More than one, so that thawing ends while writes go on. */
    private static final int THAW_STEP = 4;

    private TreeMap<Bytes, V> base = new TreeMap<>(Bytes.SCAN_ORDER);
    private final TreeMap<Bytes, Optional<V>> overlay = new TreeMap<>(Bytes.SCAN_ORDER);
    private final AtomicReference<@Nullable View> open = new AtomicReference<>();
    private int size;

    /** The value of a key; null when it has none. */
    @Nullable
    V get(Bytes key) {
        if (!overlay.isEmpty()) {
            Optional<V> newer = overlay.get(key);
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
    void put(Bytes key, V value) {
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

    /** Visits keys in {@link Bytes#SCAN_ORDER}, those of this hash code and after, as long as the visitor wants more. */
    void scan(int fromHashCode, Predicate<Bytes> visitor) {
        Iterator<Bytes> older = keys(base, fromHashCode);
        Iterator<Bytes> newer = keys(overlay, fromHashCode);
        Bytes inBase = next(older);
        Bytes inOverlay = next(newer);
        Bytes key = first(inBase, inOverlay);
        while (key != null) {
            boolean hasValue = inOverlay == null || get(key) != null;
            if (hasValue && !visitor.test(key)) {
                return;
            }
            inBase = key.equals(inBase) ? next(older) : inBase;
            inOverlay = key.equals(inOverlay) ? next(newer) : inOverlay;
            key = first(inBase, inOverlay);
        }
    }

    private static Iterator<Bytes> keys(TreeMap<Bytes, ?> map, int fromHashCode) {
        SortedMap<Bytes, ?> part = fromHashCode == 0 ? map : map.tailMap(Bytes.placeBefore(fromHashCode));
        return part.keySet().iterator();
    }

    private static @Nullable Bytes next(Iterator<Bytes> keys) {
        return keys.hasNext() ? keys.next() : null;
    }

    private static @Nullable Bytes first(@Nullable Bytes a, @Nullable Bytes b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return Bytes.SCAN_ORDER.compare(a, b) <= 0 ? a : b;
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
        base = new TreeMap<>(Bytes.SCAN_ORDER);
        overlay.clear();
        size = 0;
    }

    private void write(Bytes key, Optional<V> value) {
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
        for (int moved = 0; moved < entries && !overlay.isEmpty(); moved++) {
            Map.Entry<Bytes, Optional<V>> entry = overlay.pollFirstEntry();
            writeBase(entry.getKey(), entry.getValue());
        }
    }

    private void writeBase(Bytes key, Optional<V> value) {
        if (value.isPresent()) {
            base.put(key, value.get());
        } else {
            base.remove(key);
        }
    }

    /** The content at one moment. */
    final class View implements AutoCloseable {

        private final Map<Bytes, V> frozen;

        private View(Map<Bytes, V> frozen) {
            this.frozen = frozen;
        }

        /** All entries, in {@link Bytes#SCAN_ORDER}. */
        Iterable<Map.Entry<Bytes, V>> entries() {
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
