package io.pecanraft.transport.netty;

import io.netty.channel.Channel;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.NodeId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections that peers have made to here, within their limit.
 *
 * <p>Whoever opens connections and says nothing can only push out others that have said nothing: at the limit the oldest
 * connection without a handshake makes room, and a true peer completes its handshake in one round trip. Guarded by its monitor,
 * which is taken when a connection comes, introduces itself, or goes.
 */
final class InboundConnections {

    /**
     * One connection of each kind at a time, the newest: an older one is what a peer that was restarted, or cut off, has left
     * behind.
     *
     * @param route who called, whom, and by which address
     * @param lane for what
     */
    record Key(Route route, Lane lane) {}

    private final int limit;
    private final Set<Channel> strangers = new LinkedHashSet<>();
    private final Map<Key, Channel> known = new HashMap<>();

    InboundConnections(int limit) {
        this.limit = limit;
    }

    /** What became of an admission: whether the new one may stay, and who has to go for it. */
    record Admission(boolean admitted, @Nullable Channel evicted) {}

    /** A connection came. */
    synchronized Admission admit(Channel channel) {
        Channel oldest = null;
        if (strangers.size() + known.size() >= limit) {
            if (strangers.isEmpty()) {
                return new Admission(false, null);
            }
            oldest = strangers.iterator().next();
            strangers.remove(oldest);
        }
        strangers.add(channel);
        return new Admission(true, oldest);
    }

    /**
     * A connection introduced itself.
     *
     * @return the one that it replaces, to be closed
     */
    synchronized @Nullable Channel introduce(Key key, Channel channel) {
        strangers.remove(channel);
        return known.put(key, channel);
    }

    /** A connection went that had not introduced itself. */
    synchronized void gone(Channel channel) {
        strangers.remove(channel);
    }

    /** A connection went that had introduced itself. */
    synchronized void gone(Key key, Channel channel) {
        known.remove(key, channel);
    }

    /** Those that called this node of this cluster. */
    synchronized List<Channel> callersOf(ClusterId cluster, NodeId node) {
        return known.entrySet().stream()
                .filter(entry -> entry.getKey().route().cluster().equals(cluster)
                        && entry.getKey().route().called().equals(node))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** How many there are. */
    synchronized int size() {
        return strangers.size() + known.size();
    }
}
