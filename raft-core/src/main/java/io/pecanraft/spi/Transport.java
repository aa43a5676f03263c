package io.pecanraft.spi;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import java.util.Map;

/**
 * Carries messages between servers. One transport may serve several nodes of a process, each of another group; it belongs
 * to whoever made it and is not closed by nodes.
 *
 * <p>A transport may lose, repeat, delay and reorder messages, but never alters one and never delivers one to another
 * cluster, group or server. It authenticates the sender as far as it is configured to.
 */
public interface Transport extends AutoCloseable {

    /**
     * Connects a node. From now on its messages are received.
     *
     * @param self who the node is
     * @param inbound where to deliver; called on any thread
     * @return the way out, to be closed by the node
     * @throws IllegalStateException when this transport already serves a node of that group
     */
    Outbound register(StorageIdentity self, Inbound inbound);

    /** Closes all connections. Idempotent. */
    @Override
    void close();

    /** A node's way to its peers. Thread-safe; nothing here blocks. */
    interface Outbound extends AutoCloseable {

        /** Replaces the known peers and their addresses. Peers that are no longer named are disconnected. */
        void updatePeers(Map<NodeId, String> addresses);

        /**
         * Sends or drops. Messages to one peer with the same {@link RaftMessage#bulk()} usually arrive in order; the others
         * never wait behind bulk ones. Dropped messages are counted, and reported by {@link Inbound#onUnreachable} when the
         * peer cannot be reached.
         */
        void send(NodeId to, RaftMessage message);

        /** Stops delivery to and from this node. */
        @Override
        void close();
    }

    /** Why a message that was given to a transport never left this server. */
    enum Loss {
        /** The peer was not connected, or its connection broke while the message waited for it. */
        UNCONNECTED,
        /** Too much waits for the peer already. */
        QUEUE_FULL,
        /** It is larger than a message may be, here or at the peer. */
        TOO_LARGE,
        /** No peer of that name was given to {@link Outbound#updatePeers}. */
        UNKNOWN_PEER
    }

    /** Where a transport delivers. Must not block and must not throw. */
    interface Inbound {

        /** A message arrived. */
        void onMessage(MemberId from, RaftMessage message);

        /** Messages that were sent to this peer may be lost: its connection broke or could not be made. */
        void onUnreachable(NodeId peer);

        /** A message of this node was dropped before it left. For counting; may come for each of many messages. */
        default void onDropped(NodeId to, RaftMessage message, Loss why) {}

        /** A message came that only newer versions know, and was skipped. For counting. */
        default void onSkipped(NodeId from) {}
    }
}
