package io.pecanraft.testkit;

import io.pecanraft.model.GroupId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connects nodes of one process without sockets, for tests with real threads: messages arrive at once, in order, on the
 * sender's thread. A node may be disconnected and connected again.
 *
 * <p>Thread-safe. For delays, losses and one-way cuts use {@link SimCluster}.
 */
public final class InMemoryNetwork {

    private record Address(GroupId group, NodeId node) {}

    private final Map<Address, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final Set<NodeId> disconnected = ConcurrentHashMap.newKeySet();

    /** A network with nobody on it. */
    public InMemoryNetwork() {}

    /** A transport for one node, or for several of different groups. */
    public Transport transport() {
        return new Transport() {
            @Override
            public Outbound register(StorageIdentity self, Inbound inbound) {
                Endpoint endpoint = new Endpoint(self, inbound);
                if (endpoints.putIfAbsent(endpoint.address, endpoint) != null) {
                    throw new IllegalStateException("node " + self.node() + " of group " + self.group() + " is there");
                }
                return endpoint;
            }

            @Override
            public void close() {}
        };
    }

    /** Nothing gets to or from this node any more. */
    public void disconnect(NodeId node) {
        disconnected.add(node);
    }

    /** Ends {@link #disconnect}. */
    public void reconnect(NodeId node) {
        disconnected.remove(node);
    }

    private final class Endpoint implements Transport.Outbound {

        private final StorageIdentity self;
        private final Address address;
        private final Transport.Inbound inbound;

        Endpoint(StorageIdentity self, Transport.Inbound inbound) {
            this.self = self;
            this.address = new Address(self.group(), self.node());
            this.inbound = inbound;
        }

        @Override
        public void updatePeers(Map<NodeId, String> addresses) {}

        @Override
        public void send(NodeId to, RaftMessage message) {
            Endpoint peer = endpoints.get(new Address(self.group(), to));
            if (peer == null
                    || !peer.self.cluster().equals(self.cluster())
                    || disconnected.contains(to)
                    || disconnected.contains(self.node())) {
                inbound.onUnreachable(to);
            } else {
                peer.inbound.onMessage(self.memberId(), message);
            }
        }

        @Override
        public void close() {
            endpoints.remove(address, this);
        }
    }
}
