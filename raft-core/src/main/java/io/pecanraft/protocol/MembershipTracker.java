package io.pecanraft.protocol;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;

/**
 * Which configuration is in force: the newest one in the log, committed or not (thesis §4.1). Earlier ones are kept, because a
 * truncation brings them back at once.
 */
final class MembershipTracker {

    /** Where the first configuration is, which nobody has to be told: all its members have agreed on it before. */
    static final long FIRST_INDEX = 1;

    /** Ascending by log index; the first is the newest one known to be committed, or the first that this server met. */
    private final ArrayDeque<Membership> history = new ArrayDeque<>();

    private long version;

    private List<Member> members = List.of();
    private long membersVersion;

    /** The configuration in force. Only asked once there is one. */
    Membership inForce() {
        return history.getLast();
    }

    /** Everybody in the configuration in force. Kept, since each turn asks. */
    List<Member> membersInForce() {
        if (membersVersion != version) {
            members = inForce().members();
            membersVersion = version;
        }
        return members;
    }

    boolean isKnown() {
        return !history.isEmpty();
    }

    /** The configuration in force, and before it those that a truncation may bring back, oldest first. */
    Collection<Membership> all() {
        return history;
    }

    /** Changes whenever {@link #all} does. */
    long version() {
        return version;
    }

    /**
     * Whether this server votes in a configuration that is in force or may be again. One that its own latest configuration does
     * not name may still be needed to elect a leader, until that configuration is committed (thesis §4.2.2).
     */
    boolean mayBeVoter(MemberId server) {
        return history.stream().anyMatch(membership -> membership.isVoter(server));
    }

    /** Forgets everything that came before: the configuration of a formation record or a snapshot. */
    void reset(Membership membership) {
        history.clear();
        history.addLast(membership);
        version++;
    }

    /** Knows no configuration any more. */
    void clear() {
        history.clear();
        version++;
    }

    /** Notes an appended entry. Returns whether another configuration is in force now. */
    boolean appended(LogEntry entry) {
        if (entry.type() != EntryType.MEMBERSHIP) {
            return false;
        }
        history.addLast(MembershipCodec.decode(entry.payload()).atIndex(entry.index()));
        version++;
        return true;
    }

    /** Notes that this index and all above it were removed. Returns whether another configuration is in force now. */
    boolean truncatedFrom(long index) {
        boolean changed = false;
        while (!history.isEmpty() && history.getLast().logIndex() >= index) {
            history.removeLast();
            version++;
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
            version++;
        }
    }
}
