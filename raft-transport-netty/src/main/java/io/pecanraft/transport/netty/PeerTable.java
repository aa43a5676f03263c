package io.pecanraft.transport.netty;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The peers of all groups of a process. A peer is connected while at least one group names it.
 *
 * <p>Guarded by its monitor, which is held for a few map operations and only when a configuration changes or a peer returns;
 * nothing on the way of a message comes here.
 */
final class PeerTable {

    private final TransportParts parts;
    private final Map<Route, Peer> peers = new HashMap<>();

    PeerTable(TransportParts parts) {
        this.parts = parts;
    }

    /** The peer, connected from now on if it was not. */
    synchronized Peer join(Route route, Registration member) {
        Peer known = peers.get(route);
        if (known != null) {
            known.members().add(member);
            return known;
        }
        Peer peer = new Peer(route, parts);
        peer.members().add(member); // before the handshake, which names it
        peers.put(route, peer);
        peer.open();
        return peer;
    }

    /** The last one to leave disconnects the peer. */
    synchronized void leave(Peer peer, Registration member) {
        peer.members().remove(member);
        if (peer.members().isEmpty()) {
            peers.remove(peer.route());
            peer.close();
        }
    }

    /** A peer called: so it can be called, and a pause that was drawn while it was away need not be waited for. */
    void hasCalled(ClusterId cluster, NodeId caller, NodeId called) {
        for (Peer known : snapshot()) {
            Route back = known.route();
            if (back.cluster().equals(cluster)
                    && back.caller().equals(called)
                    && back.called().equals(caller)) {
                known.hasReturned();
            }
        }
    }

    private synchronized List<Peer> snapshot() {
        return List.copyOf(peers.values());
    }
}
