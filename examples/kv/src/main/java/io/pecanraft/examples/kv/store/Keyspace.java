package io.pecanraft.examples.kv.store;

import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keys with values, some of them with a deadline, and the time by which those are judged.
 *
 * <p>The time is that of the log: each command brings its own, the same on every server, and nobody looks at a clock. A key
 * whose deadline has come is gone for everybody who asks, at once; its memory is freed by {@link #sweep}, a bounded number of keys at a
 * time, so that a million keys with one deadline do not hold up the command that reaches it.
 */
final class Keyspace {

    private record Deadline(long millis, Bytes key) implements Comparable<Deadline> {

        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(millis, other.millis);
            return byTime != 0 ? byTime : key.compareTo(other.key);
        }
    }

    private final SnapshotableMap<Bytes> values = new SnapshotableMap<>();
    private final SnapshotableMap<Long> deadlines = new SnapshotableMap<>();
    private final TreeSet<Deadline> queue = new TreeSet<>(); // the deadlines, soonest first
    private long keyBytes; // of all keys with their lengths, those that wait to be swept included
    private long nowMillis;

    /** The time of the last command. */
    long nowMillis() {
        return nowMillis;
    }

    /** Time goes on; never back. */
    void advanceTo(long millis) {
        nowMillis = Math.max(nowMillis, millis);
    }

    /** Frees keys whose time is over, so many at most, soonest first: every server the same ones. */
    void sweep(int most) {
        for (int i = 0; i < most && !queue.isEmpty() && queue.first().millis() <= nowMillis; i++) {
            Bytes key = queue.first().key();
            setDeadline(key, null);
            values.remove(key);
            keyBytes -= key.framedSize();
        }
    }

    /** The value of a key; null when it has none, or its time is over. */
    @Nullable
    Bytes get(Bytes key) {
        Bytes value = values.get(key);
        return value == null || isOver(key) ? null : value;
    }

    /** When a key's time is over; null when it has no value, or no deadline. */
    @Nullable
    Long deadline(Bytes key) {
        return isOver(key) ? null : deadlines.get(key);
    }

    private boolean isOver(Bytes key) {
        if (queue.isEmpty()) {
            return false;
        }
        Long deadline = deadlines.get(key);
        return deadline != null && deadline <= nowMillis;
    }

    /** Gives a key a value. */
    void put(Bytes key, Bytes value, Expiry expiry) {
        boolean over = isOver(key);
        if (values.get(key) == null) {
            keyBytes += key.framedSize();
        }
        values.put(key, value);
        if (over || !(expiry instanceof Expiry.Keep)) {
            setDeadline(key, expiry instanceof Expiry.After after ? nowMillis + after.millis() : null);
        }
    }

    /** Gives a key that has a value a deadline, or takes it away. */
    void expireAt(Bytes key, @Nullable Long millis) {
        setDeadline(key, millis);
    }

    /** Removes a key; says whether it had a value. */
    boolean remove(Bytes key) {
        if (get(key) == null) {
            return false;
        }
        setDeadline(key, null);
        keyBytes -= key.framedSize();
        return values.remove(key);
    }

    private void setDeadline(Bytes key, @Nullable Long millis) {
        Long before = queue.isEmpty() ? null : deadlines.get(key);
        if (before != null) {
            queue.remove(new Deadline(before, key));
        }
        if (millis != null) {
            deadlines.put(key, millis);
            queue.add(new Deadline(millis, key));
        } else if (before != null) {
            deadlines.remove(key);
        }
    }

    /** Removes all keys. A view that is open keeps what it shows. Time stays. */
    void clear() {
        values.clear();
        deadlines.clear();
        queue.clear();
        keyBytes = 0;
    }

    /** As {@link #clear}, and time is what it was elsewhere. */
    void startOverAt(long millis) {
        clear();
        nowMillis = millis;
    }

    /** How many keys there are. Counts those that wait to be swept, one by one. */
    int size() {
        return values.size() - over(Integer.MAX_VALUE);
    }

    /**
     * How many keys there are, at a bounded cost: while more than {@link Limits#TICK_SWEEP} wait to be swept those beyond are counted as if
     * they were there.
     */
    int roughSize() {
        return values.size() - over(Limits.TICK_SWEEP);
    }

    private int over(int most) {
        int over = 0;
        for (Deadline deadline : queue) {
            if (deadline.millis() > nowMillis || over == most) {
                break;
            }
            over++;
        }
        return over;
    }

    /** How many keys have a deadline, those that wait to be swept included. */
    int expiring() {
        return queue.size();
    }

    /** The soonest deadline, which may have come already; {@link Long#MAX_VALUE} without any. */
    long soonestDeadline() {
        return queue.isEmpty() ? Long.MAX_VALUE : queue.first().millis();
    }

    /** At least the size of all keys in a result. */
    long keyBytes() {
        return keyBytes;
    }

    /** Visits keys in {@link Bytes#SCAN_ORDER}, those of this hash code and after, as long as the visitor wants more. */
    void scan(int fromHashCode, Predicate<Bytes> visitor) {
        values.scan(fromHashCode, key -> isOver(key) || visitor.test(key));
    }

    /** Freezes the present content, in constant time. */
    View freeze() {
        return new View(nowMillis, values.freeze(), deadlines.freeze());
    }

    /** The content at one moment; what waits to be swept is in it. */
    record View(long nowMillis, SnapshotableMap<Bytes>.View values, SnapshotableMap<Long>.View deadlines)
            implements AutoCloseable {

        @Override
        public void close() {
            values.close();
            deadlines.close();
        }
    }
}
