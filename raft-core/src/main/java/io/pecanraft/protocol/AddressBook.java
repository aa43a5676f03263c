package io.pecanraft.protocol;

import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where others are found: what the transport has to know. Says nothing about who counts.
 *
 * <p>More than the configuration in force names: a leader that removes itself must be reached until its removal is committed,
 * so all configurations count that may still be in force; a server that joins knows none, and one that was away while others
 * moved an old one, so what others introduce themselves with counts where it is newer; and a leader has guests, servers that
 * are about to come or that have just gone.
 *
 * <p>Newer is not what has the higher index: a configuration that was never committed may have been at a higher one than all that
 * came after it, whether a deposed leader spoke of it or it is still in the own log. So the last word stands, and is held against
 * what was in force here when it was said.
 */
final class AddressBook {

    private final NodeId self;
    private final List<MemberAddress> bootstrap;
    private final MembershipTracker membership;
    private final Map<NodeId, String> guests = new TreeMap<>();
    private final Map<NodeId, String> leaving = new TreeMap<>();
    private @Nullable Membership introduced;
    private @Nullable Membership inForceWhenIntroduced;

    private Map<NodeId, String> told = Map.of();
    private long toldMembershipVersion = -1;
    private boolean changed = true;

    AddressBook(NodeId self, List<MemberAddress> bootstrap, MembershipTracker membership) {
        this.self = self;
        this.bootstrap = bootstrap;
        this.membership = membership;
    }

    /** Another server, the leader if there is one, has said who the members are. The last word stands. */
    void introduced(Membership others) {
        Membership own = membership.isKnown() ? membership.inForce() : null;
        if (!others.equals(introduced) || !Objects.equals(own, inForceWhenIntroduced)) {
            introduced = others;
            inForceWhenIntroduced = own;
            changed = true;
        }
    }

    /** The configuration that others have introduced themselves with last, if it is newer than the one in force here. */
    @Nullable
    Membership newerThanInForce() {
        boolean newer = introduced != null
                && (!membership.isKnown()
                        || introduced.logIndex() > membership.inForce().logIndex());
        return newer ? introduced : null;
    }

    /** The same, or what was said while the configuration in force was this one, which may be truncated. */
    private @Nullable Membership betterThanInForce() {
        boolean mayBeTruncated = membership.all().size() > 1;
        return mayBeTruncated && membership.inForce().equals(inForceWhenIntroduced) ? introduced : newerThanInForce();
    }

    /** From now on this server can be reached although no configuration names it. */
    void addGuest(MemberAddress server) {
        guests.put(server.node(), server.address());
        changed = true;
    }

    /** Not any more, unless a configuration names it. */
    void removeGuest(NodeId server) {
        guests.remove(server);
        changed = true;
    }

    /** This server has left the configuration and is still to be told so. */
    void addLeaving(Member server) {
        leaving.put(server.node(), server.address());
        changed = true;
    }

    void removeLeaving(NodeId server) {
        leaving.remove(server);
        changed = true;
    }

    /**
     * This server leads, and an entry of its term is committed: its own configuration holds from here on. Not sooner, since the voters
     * that elected it may be where they said and not where a configuration says that was never committed.
     */
    void ownHolds() {
        introduced = null;
        changed = true;
    }

    /** There is no leader here any more, who would have guests. */
    void leaveOffice() {
        guests.clear();
        leaving.clear();
        changed = true;
    }

    /** What the transport has to be told; null when nothing has changed. */
    Effect.@Nullable UpdatePeers takeUpdate() {
        if (!changed && toldMembershipVersion == membership.version()) {
            return null;
        }
        changed = false;
        toldMembershipVersion = membership.version();
        Map<NodeId, String> now = addresses();
        if (now.equals(told)) {
            return null;
        }
        told = now;
        return new Effect.UpdatePeers(now);
    }

    private Map<NodeId, String> addresses() {
        Map<NodeId, String> addresses = new TreeMap<>();
        if (!membership.isKnown()) {
            bootstrap.forEach(server -> addresses.put(server.node(), server.address()));
        }
        membership.all().forEach(each -> putAll(each, addresses));
        Membership better = betterThanInForce();
        if (better != null) {
            putAll(better, addresses);
        }
        leaving.forEach(addresses::putIfAbsent);
        // Over what a configuration says: a server may be about to come back under its old name at another address.
        addresses.putAll(guests);
        addresses.remove(self);
        return Collections.unmodifiableMap(addresses);
    }

    private static void putAll(Membership membership, Map<NodeId, String> addresses) {
        for (Member member : membership.members()) {
            // By name, because a replaced server's name leads to the one that replaces it.
            membership.member(member.node()).ifPresent(found -> addresses.put(found.node(), found.address()));
        }
    }
}
