package io.pecanraft.testkit.swarm.membership;

import io.pecanraft.model.MemberAddress;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Where the servers of a simulation are found, while they move. */
final class Addresses {

    private final SimCluster cluster;
    private final Map<Integer, Set<String>> open = new HashMap<>();
    private final Map<Integer, MemberAddress> newest = new HashMap<>();
    private int moves;

    Addresses(SimCluster cluster) {
        this.cluster = cluster;
    }

    /** Where a server is to be found, as far as an operator has been told. */
    MemberAddress of(SimNode node) {
        return newest.getOrDefault(node.number(), SimCluster.address(node.id()));
    }

    /** Where it will be: it is found there from now on, and where it was until then. */
    MemberAddress next(SimNode node) {
        MemberAddress next = new MemberAddress(node.id(), "sim:" + node.id() + "-" + ++moves);
        addressesOf(node).add(next.address());
        listen(node);
        return next;
    }

    /**
     * It has moved: the others have been told.
     *
     * @return to be run when they have had time to hear of it; then it is not found any more where it was until now
     */
    Runnable movedTo(SimNode node, MemberAddress next) {
        newest.put(node.number(), next);
        Set<String> old = new LinkedHashSet<>(addressesOf(node));
        old.remove(next.address());
        return () -> {
            addressesOf(node).removeAll(old);
            listen(node);
        };
    }

    private Set<String> addressesOf(SimNode node) {
        return open.computeIfAbsent(node.number(), number -> new LinkedHashSet<>(Set.of(of(node).address())));
    }

    private void listen(SimNode node) {
        cluster.network().listenAt(node.number(), addressesOf(node));
    }
}
