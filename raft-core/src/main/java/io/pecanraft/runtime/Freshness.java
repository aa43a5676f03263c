package io.pecanraft.runtime;

import io.pecanraft.model.ReadConsistency.BoundedStaleness;
import java.time.Duration;
import java.util.Optional;

/**
 * What this server knows for certain about how fresh its state is: that an index covered everything that was committed anywhere
 * when, on its own clock, it began to ask. Every confirmed read index says so, and nothing else does: a heartbeat tells what its
 * leader knew when it was sent, and when that was nobody here can say. Raft thread.
 */
final class Freshness {

    private boolean known;
    private long asOfNanos;
    private long coveredIndex;

    /** A read that was begun at this time was confirmed as of this index. */
    void confirmed(long beganNanos, long readIndex) {
        if (!known || beganNanos - asOfNanos > 0) {
            asOfNanos = beganNanos;
            known = true;
        }
        coveredIndex = Math.max(coveredIndex, readIndex);
    }

    /** Whether what is known is recent enough for a read that began at this time. */
    boolean suffices(BoundedStaleness bound, long beganNanos) {
        return known && Duration.ofNanos(beganNanos - asOfNanos).compareTo(bound.maxAge()) <= 0;
    }

    /** The index that must be applied for a read that tolerates to lack some entries. */
    long indexFor(BoundedStaleness bound) {
        return indexFor(bound, coveredIndex);
    }

    static long indexFor(BoundedStaleness bound, long readIndex) {
        return Math.max(0, readIndex - bound.maxEntries());
    }

    /** How old the state may be at the most, once {@link #indexFor} is applied. */
    Optional<Duration> age(long nowNanos) {
        return known ? Optional.of(Duration.ofNanos(nowNanos - asOfNanos)) : Optional.empty();
    }
}
