package io.pecanraft.examples.kv.store;

import java.util.ArrayList;
import java.util.List;

/**
 * One step of SCAN: takes keys until it has looked at enough of them. The keys of one hash code are taken together, so that the next
 * step can begin at another one, and a key that comes or goes meanwhile moves no other to a place that is past.
 */
final class ScanStep {

    private final Glob glob;
    private final int most;
    private final List<Bytes> found = new ArrayList<>();
    private int seen;
    private int lastHashCode;
    private int next;
    private long bytes;

    ScanStep(Glob glob, int count) {
        this.glob = glob;
        this.most = Math.min(Math.max(count, 1), Limits.MAX_SCAN_COUNT);
    }

    /** Takes a key, in the order of hash codes; false if it is left for the next step. */
    boolean take(Bytes key) {
        if (seen >= most && key.hashCode() != lastHashCode) {
            next = key.hashCode();
            return false;
        }
        seen++;
        lastHashCode = key.hashCode();
        if (glob.matches(key)) {
            bytes += key.framedSize();
            found.add(key);
        }
        return true;
    }

    /** The keys that match. */
    List<Bytes> found() {
        return found;
    }

    /** Their size in a result. */
    long bytes() {
        return bytes;
    }

    /** The hash code where the next step begins; 0 when there are no more keys. */
    int next() {
        return next;
    }
}
