package io.pecanraft.runtime;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Connects nodes of one process; nodes may be cut off. */
final class MemoryNetwork implements Transport {

    record Sent(NodeId from, NodeId to, RaftMessage message) {}

    private final Executor executor;
    private final Map<NodeId, Inbound> nodes = new ConcurrentHashMap<>();
    private final Map<NodeId, MemberId> members = new ConcurrentHashMap<>();
    final Map<NodeId, Map<NodeId, String>> peers = new ConcurrentHashMap<>();
    final Set<NodeId> cutOff = new HashSet<>();
    final List<Sent> sent = Collections.synchronizedList(new ArrayList<>());

    Error throwOnSend;

    MemoryNetwork(Executor executor) {
        this.executor = executor;
    }

    @Override
    public Outbound register(StorageIdentity self, Inbound inbound) {
        nodes.put(self.node(), inbound);
        members.put(self.node(), self.memberId());
        return new Outbound() {
            @Override
            public void updatePeers(Map<NodeId, String> addresses) {
                peers.put(self.node(), addresses);
            }

            @Override
            public void send(NodeId to, RaftMessage message) {
                if (throwOnSend != null) {
                    throw throwOnSend;
                }
                if (nodes.get(self.node()) == inbound) {
                    sent.add(new Sent(self.node(), to, message));
                    executor.execute(() -> deliver(self.node(), to, message));
                }
            }

            @Override
            public void close() {
                nodes.remove(self.node(), inbound);
            }
        };
    }

    /** Delivers a message, again or for the first time. */
    void deliver(NodeId from, NodeId to, RaftMessage message) {
        Inbound inbound = nodes.get(to);
        if (inbound != null && !cutOff.contains(from) && !cutOff.contains(to)) {
            inbound.onMessage(members.get(from), message);
        }
    }

    /** Tells a node that messages to a peer may be lost. */
    void breakConnection(NodeId node, NodeId peer) {
        nodes.get(node).onUnreachable(peer);
    }

    /** Where a node is told of what comes, and of what was lost. */
    Inbound inboundOf(NodeId node) {
        return nodes.get(node);
    }

    boolean isRegistered(NodeId node) {
        return nodes.containsKey(node);
    }

    @Override
    public void close() {}
}
