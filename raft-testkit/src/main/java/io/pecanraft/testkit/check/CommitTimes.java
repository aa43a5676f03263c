package io.pecanraft.testkit.check;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** When what was committed anywhere, in virtual time: what a read of a bounded age is held against. */
public final class CommitTimes {

    private final NavigableMap<Long, Long> indexByNanos = new TreeMap<>();

    /** Notes from now on what is committed. */
    public CommitTimes(CommittedLog committed, LongSupplier nowNanos) {
        committed.listen(entry -> indexByNanos.put(nowNanos.getAsLong(), entry.index()));
    }

    /** The last index that was committed at this time or before; 0 when none was. */
    public long indexAt(long nanos) {
        Map.Entry<Long, Long> last = indexByNanos.floorEntry(nanos);
        return last == null ? 0 : last.getValue();
    }
}
