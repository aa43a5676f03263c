package io.pecanraft.transport.netty;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node that this transport serves: its way out, and where its messages are delivered. */
final class Registration implements Transport.Outbound, Sender {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final StorageIdentity self;
    private final Transport.Inbound inbound;
    private final Registrations registrations;
    private final PeerTable peerTable;
    private final TransportCounters counters;

    /** Replaced as a whole by the one who holds this object's monitor; read by whoever sends. */
    private volatile Map<NodeId, Peer> peers = Map.of();

    private volatile boolean closed;

    Registration(
            StorageIdentity self,
            Transport.Inbound inbound,
            Registrations registrations,
            PeerTable peerTable,
            TransportCounters counters) {
        this.self = self;
        this.inbound = inbound;
        this.registrations = registrations;
        this.peerTable = peerTable;
        this.counters = counters;
    }

    @Override
    public StorageIdentity self() {
        return self;
    }

    @Override
    public synchronized void updatePeers(Map<NodeId, String> addresses) {
        if (closed) {
            return;
        }
        Map<NodeId, Peer> before = peers;
        Map<NodeId, Peer> after = new HashMap<>();
        addresses.forEach((node, address) -> {
            if (!node.equals(self.node())) {
                Peer known = before.get(node);
                boolean same = known != null && known.route().address().equals(address);
                after.put(node, same ? known : join(node, address));
            }
        });
        peers = Map.copyOf(after);
        before.forEach((node, peer) -> {
            if (after.get(node) != peer) {
                peerTable.leave(peer, this);
            }
        });
    }

    private Peer join(NodeId node, String address) {
        return peerTable.join(new Route(self.cluster(), self.node(), node, address), this);
    }

    @Override
    public void send(NodeId to, RaftMessage message) {
        Peer peer = peers.get(to);
        if (peer == null) {
            counters.droppedUnknownPeer.increment();
            dropped(to, message, Transport.Loss.UNKNOWN_PEER);
        } else {
            peer.outbox(Lane.of(message)).offer(this, message);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        peers.values().forEach(peer -> peerTable.leave(peer, this));
        peers = Map.of();
        registrations.remove(this);
    }

    /** Whether messages for this node of that cluster, and for this registration's group, belong here. */
    boolean serves(ClusterId cluster, NodeId node) {
        return self.cluster().equals(cluster) && self.node().equals(node);
    }

    void deliver(MemberId from, RaftMessage message) {
        tell(() -> inbound.onMessage(from, message), "receiver of messages threw; it must not");
    }

    void unreachable(NodeId peer) {
        tell(() -> inbound.onUnreachable(peer), "receiver of failures threw; it must not");
    }

    @Override
    public void dropped(NodeId to, RaftMessage message, Transport.Loss why) {
        tell(() -> inbound.onDropped(to, message, why), "receiver of failures threw; it must not");
    }

    void skipped(NodeId from) {
        tell(() -> inbound.onSkipped(from), "receiver of failures threw; it must not");
    }

    private void tell(Runnable what, String complaint) {
        if (closed) {
            return;
        }
        try {
            what.run();
        } catch (RuntimeException e) {
            report(e, complaint);
        }
    }

    // The connection is not to blame, and the other groups on it go on.
    private void report(RuntimeException thrown, String what) {
        LOG.atError()
                .addKeyValue("node", self.node())
                .addKeyValue("group", self.group())
                .setCause(thrown)
                .log(what);
    }
}
