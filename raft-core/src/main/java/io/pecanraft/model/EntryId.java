package io.pecanraft.model;

/**
 * A term and an index: what identifies an entry (Log Matching, §5.3) and what compares logs (§5.4.1).
 *
 * @param term the entry's term; 0 only together with index 0
 * @param index the entry's index; 0 stands for the position before the first entry
 */
public record EntryId(long term, long index) implements Comparable<EntryId> {

    /** The position before the first entry. */
    public static final EntryId ZERO = new EntryId(0, 0);

    /** Checks the ranges. */
    public EntryId {
        if (term < 0 || index < 0 || (index == 0) != (term == 0)) {
            throw new IllegalArgumentException("no such entry: " + index + "@" + term);
        }
    }

    /** Orders logs by §5.4.1: the later last term wins, then the longer log. */
    @Override
    public int compareTo(EntryId other) {
        int byTerm = Long.compare(term, other.term);
        return byTerm != 0 ? byTerm : Long.compare(index, other.index);
    }

    @Override
    public String toString() {
        return index + "@" + term;
    }
}
