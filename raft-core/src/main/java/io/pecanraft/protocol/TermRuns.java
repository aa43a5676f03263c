package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Invariant;
import java.util.Arrays;
import java.util.List;

/**
 * The term of every entry of the log, one item per term, so that {@code termAt} never touches the disk: terms only grow along
 * a log, and there are few of them.
 */
final class TermRuns {

    private static final int INITIAL_CAPACITY = 8;

    /** First index of each run, ascending. The first run starts at the log's base. */
    private long[] starts = new long[INITIAL_CAPACITY];

    private long[] terms = new long[INITIAL_CAPACITY];
    private int runs;

    TermRuns(EntryId base, List<EntryId> termStarts) {
        reset(base);
        for (EntryId start : termStarts) {
            append(start.index(), start.term());
        }
    }

    /** Forgets everything and goes on after this entry. */
    void reset(EntryId base) {
        starts[0] = base.index();
        terms[0] = base.term();
        runs = 1;
    }

    /** Notes that the entry at this index, beyond all noted before, has this term. */
    void append(long index, long term) {
        long lastTerm = terms[runs - 1];
        Invariant.that(term >= lastTerm, "terms never decrease along a log", term, lastTerm);
        if (term == lastTerm) {
            return;
        }
        if (runs == starts.length) {
            starts = Arrays.copyOf(starts, runs * 2);
            terms = Arrays.copyOf(terms, runs * 2);
        }
        starts[runs] = index;
        terms[runs] = term;
        runs++;
    }

    /** The term at an index that the log holds, or its base. */
    long termAt(long index) {
        return terms[runOf(index)];
    }

    /** Removes this index, which is above the base, and all above it. */
    void truncateFrom(long index) {
        while (runs > 1 && starts[runs - 1] >= index) {
            runs--;
        }
    }

    /** Makes an index that the log holds the new base. */
    void compactThrough(long index) {
        int first = runOf(index);
        System.arraycopy(starts, first, starts, 0, runs - first);
        System.arraycopy(terms, first, terms, 0, runs - first);
        runs -= first;
        starts[0] = index;
    }

    /**
     * The last index at or below {@code maxIndex} whose term is at most {@code term}, but not below the base. This is what lets
     * both sides of a conflict skip a whole term at a time (§5.3, end).
     */
    long lastIndexWithTermAtMost(long term, long maxIndex) {
        int run = runOf(maxIndex);
        if (terms[run] <= term) {
            return maxIndex;
        }
        while (run > 0 && terms[run] > term) {
            run--;
        }
        return terms[run] <= term ? starts[run + 1] - 1 : starts[0];
    }

    private int runOf(long index) {
        int low = 0;
        int high = runs - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
