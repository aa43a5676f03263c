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
    private final Map<Way, Link> links = new LinkedHashMap<>();
    private final Set<Integer> cut = ConcurrentHashMap.newKeySet();
    private final List<Impairment> impairments = new ArrayList<>(); // guarded by this

    /** From one node to another: what the first one sends, on whichever connection between the two. */
    record Way(int from, int to) {

        Way reverse() {
            return new Way(to, from);
        }
    }

    /** Something that is done to what goes some ways, until this is closed. */
    final class Impairment implements AutoCloseable {

        private final Set<Way> ways;
        private final Passage passage;

        private Impairment(Set<Way> ways, Passage passage) {
            this.ways = Set.copyOf(ways);
            this.passage = passage;
        }

        @Override
        public void close() {
            synchronized (Links.this) {
                impairments.remove(this);
                update();
            }
        }
    }

    /** Between nodes with these Raft addresses. */
    public Links(List<InetSocketAddress> nodes) {
        this.nodes = List.copyOf(nodes);
        for (int from = 0; from < nodes.size(); from++) {
            for (int to = 0; to < nodes.size(); to++) {
                if (from != to) {
                    links.put(new Way(from, to), new Link(nodes.get(to)));
                }
            }
        }
    }

    /** By the ports of its peers: the port where this node shall call them instead. */
    public Map<Integer, Integer> detours(int from) {
        Map<Integer, Integer> detours = new LinkedHashMap<>();
        links.forEach((way, link) -> {
            if (way.from() == from) {
                detours.put(nodes.get(way.to()).getPort(), link.port());
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

    /** Does this to what goes these ways, besides what is done to it already. */
    synchronized Impairment impair(Set<Way> ways, Passage passage) {
        Impairment impairment = new Impairment(ways, passage);
        impairments.add(impairment);
        update();
        return impairment;
    }

    private synchronized boolean update() {
        links.forEach((way, link) -> {
            link.cut(cut.contains(way.from()) || cut.contains(way.to()));
            link.pass(passage(way), passage(way.reverse()));
        });
        return true;
    }

    private Passage passage(Way way) {
        return impairments.stream()
                .filter(impairment -> impairment.ways.contains(way))
                .map(impairment -> impairment.passage)
                .reduce(Passage.FREE, Passage::and);
    }

    @Override
    public void close() {
        new ArrayList<>(links.values()).forEach(Link::close);
    }
}
