package io.pecanraft.transport.netty;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.StorageIdentity;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The nodes that a transport serves, one per group. Safe on any thread. */
final class Registrations {

    private final ConcurrentMap<GroupId, Registration> byGroup = new ConcurrentHashMap<>();
    private final Consumer<StorageIdentity> onRemoved;

    Registrations(Consumer<StorageIdentity> onRemoved) {
        this.onRemoved = onRemoved;
    }

    void add(Registration registration) {
        Registration present = byGroup.putIfAbsent(registration.self().group(), registration);
        if (present != null) {
            throw new IllegalStateException("this transport already serves "
                    + present.self().node() + " of group " + present.self().group() + "; close that one first");
        }
    }

    void remove(Registration registration) {
        if (byGroup.remove(registration.self().group(), registration)) {
            onRemoved.accept(registration.self());
        }
    }

    @Nullable
    Registration find(GroupId group, ClusterId cluster, NodeId node) {
        Registration found = byGroup.get(group);
        return found != null && found.serves(cluster, node) ? found : null;
    }

    boolean anyOf(ClusterId cluster, NodeId node) {
        return byGroup.values().stream().anyMatch(registration -> registration.serves(cluster, node));
    }

    List<StorageIdentity> identities() {
        return byGroup.values().stream().map(Registration::self).toList();
    }

    List<Registration> all() {
        return List.copyOf(byGroup.values());
    }
}
