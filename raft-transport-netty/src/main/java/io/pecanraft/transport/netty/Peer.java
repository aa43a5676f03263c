package io.pecanraft.transport.netty;

import io.pecanraft.spi.StorageIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Another server as seen from here: one connection per lane, shared by all groups that know it under the same address. */
final class Peer {

    private final Route route;
    private final PeerConnection consensus;
    private final PeerConnection bulk;

    /** Changed under the {@link PeerTable}'s monitor only. */
    private final List<Registration> members = new CopyOnWriteArrayList<>();

    Peer(Route route, TransportParts parts) {
        this.route = route;
        this.consensus = new PeerConnection(this, Lane.CONSENSUS, parts);
        this.bulk = new PeerConnection(this, Lane.BULK, parts);
    }

    Route route() {
        return route;
    }

    Outbox outbox(Lane lane) {
        return (lane == Lane.CONSENSUS ? consensus : bulk).outbox();
    }

    /** Who speaks to this peer. */
    List<Registration> members() {
        return members;
    }

    void open() {
        consensus.open();
        bulk.open();
    }

    void close() {
        consensus.close();
        bulk.close();
    }

    /** Tries again at once where an attempt is due later. */
    void hasReturned() {
        consensus.retryNow();
        bulk.retryNow();
    }

    /** Whether the more important of the two connections stands. */
    boolean consensusWorks() {
        return consensus.outbox().isOpen();
    }

    /** Tells everybody who speaks to this peer that messages may be lost. */
    void reportUnreachable() {
        for (Registration member : members) {
            member.unreachable(route.called());
        }
    }

    /** The groups to be named in the handshake of an attempt. */
    List<StorageIdentity> groupsToName(int attempt) {
        List<StorageIdentity> all = members.stream().map(Registration::self).toList();
        if (all.size() <= Handshake.MAX_GROUPS_NAMED) {
            return all;
        }
        List<StorageIdentity> some = new ArrayList<>(Handshake.MAX_GROUPS_NAMED);
        for (int i = 0; i < Handshake.MAX_GROUPS_NAMED; i++) {
            some.add(all.get(Math.floorMod(attempt * Handshake.MAX_GROUPS_NAMED + i, all.size())));
        }
        return some;
    }
}
