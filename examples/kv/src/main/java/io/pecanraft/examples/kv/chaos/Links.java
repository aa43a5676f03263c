package io.pecanraft.examples.kv.chaos;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All ways between nodes, one for each direction of each pair: real processes are cut off without root, and without a change to what they
 * run. Each node is told to call its peers here ({@code NettyTransportConfig.detours}); the addresses that the members know stay what
 * they are, so that the same data can be used without chaos. Thread-safe.
 */
public final class Links implements AutoCloseable {

    private final List<InetSocketAddress> nodes;
    private final Map<List<Integer>, Link> links = new LinkedHashMap<>();
    private final Set<Integer> cut = ConcurrentHashMap.newKeySet();

    /** Between nodes with these Raft addresses. */
    public Links(List<InetSocketAddress> nodes) {
        this.nodes = List.copyOf(nodes);
        for (int from = 0; from < nodes.size(); from++) {
            for (int to = 0; to < nodes.size(); to++) {
                if (from != to) {
                    links.put(List.of(from, to), new Link(nodes.get(to)));
                }
            }
        }
    }

    /** By the ports of its peers: the port where this node shall call them instead. */
    public Map<Integer, Integer> detours(int from) {
        Map<Integer, Integer> detours = new LinkedHashMap<>();
        links.forEach((way, link) -> {
            if (way.get(0) == from) {
                detours.put(nodes.get(way.get(1)).getPort(), link.port());
            }
        });
        return detours;
    }

    /** Cuts a node off from all others, in both directions. False if it was already. */
    boolean cut(int node) {
        return cut.add(node) && update();
    }

    /** Lets a node reach all others that are not cut off themselves. False if it was not cut off. */
    boolean heal(int node) {
        return cut.remove(node) && update();
    }

    boolean isCut(int node) {
        return cut.contains(node);
    }

    private synchronized boolean update() {
        links.forEach((way, link) -> link.cut(way.stream().anyMatch(cut::contains)));
        return true;
    }

    @Override
    public void close() {
        new ArrayList<>(links.values()).forEach(Link::close);
    }
}
