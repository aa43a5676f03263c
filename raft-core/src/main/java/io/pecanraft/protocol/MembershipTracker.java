package io.pecanraft.protocol;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import java.util.ArrayDeque;

/**
 * Which configuration is in force: the newest one in the log, committed or not (thesis §4.1). Earlier ones are kept, because a
 * truncation brings them back at once.
 */
final class MembershipTracker {

    /** Ascending by log index; the first is the one that the log's base or the formation record gave. */
    private final ArrayDeque<Membership> history = new ArrayDeque<>();

    /** The configuration in force. Only asked once there is one. */
    Membership inForce() {
        return history.getLast();
    }

    boolean isKnown() {
        return !history.isEmpty();
    }

    /** Forgets everything that came before: the configuration of a formation record or a snapshot. */
    void reset(Membership membership) {
        history.clear();
        history.addLast(membership);
    }

    /** Notes an appended entry. Returns whether another configuration is in force now. */
    boolean appended(LogEntry entry) {
        if (entry.type() != EntryType.MEMBERSHIP) {
            return false;
        }
        history.addLast(MembershipCodec.decode(entry.payload()).atIndex(entry.index()));
        return true;
    }

    /** Notes that this index and all above it were removed. Returns whether another configuration is in force now. */
    boolean truncatedFrom(long index) {
        boolean changed = false;
        while (history.size() > 1 && history.getLast().logIndex() >= index) {
            history.removeLast();
            changed = true;
        }
        return changed;
    }

    /** Notes that everything up to and including this index is committed and will never be truncated. */
    void committedThrough(long index) {
        while (history.size() > 1) {
            Membership oldest = history.removeFirst();
            if (history.getFirst().logIndex() > index) {
                history.addFirst(oldest);
                return;
            }
        }
    }
}
