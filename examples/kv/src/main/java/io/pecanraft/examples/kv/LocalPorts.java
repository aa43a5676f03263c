package io.pecanraft.examples.kv;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The ports of a cluster on one machine: node number i (from 0) has base + i for clients, base + 1000 + i for Raft, and base +
 * 2000 + i for HTTP; base + 3000 is for the page of --chaos.
 *
 * @param base the RESP port of the first node
 * @param nodes how many nodes
 */
record LocalPorts(int base, int nodes) {

    static final String HOST = "127.0.0.1";

    private static final int RAFT_OFFSET = 1_000;
    private static final int HTTP_OFFSET = 2_000;
    private static final int CHAOS_OFFSET = 3_000;
    private static final int MAX_NODES = 99;
    private static final int MAX_PORT = 65_535;

    LocalPorts {
        if (nodes < 1 || nodes > MAX_NODES) {
            throw new IllegalArgumentException("--nodes must be from 1 to " + MAX_NODES + ", got " + nodes);
        }
        int greatestBase = MAX_PORT - HTTP_OFFSET - nodes + 1;
        if (base < 1 || base > greatestBase) {
            throw new IllegalArgumentException(
                    "--base-port must be from 1 to " + greatestBase + " for " + nodes + " nodes, got " + base);
        }
    }

    static String name(int i) {
        return "n" + (i + 1);
    }

    HostPort resp(int i) {
        return new HostPort(HOST, base + i);
    }

    HostPort raft(int i) {
        return new HostPort(HOST, base + RAFT_OFFSET + i);
    }

    HostPort http(int i) {
        return new HostPort(HOST, base + HTTP_OFFSET + i);
    }

    /**
     * Where the page of --chaos is.
     *
     * @throws IllegalArgumentException when there is no such port
     */
    HostPort chaos() {
        if (base > MAX_PORT - CHAOS_OFFSET) {
            throw new IllegalArgumentException(
                    "--base-port must be at most " + (MAX_PORT - CHAOS_OFFSET) + " with --chaos, got " + base);
        }
        return new HostPort(HOST, base + CHAOS_OFFSET);
    }

    /** Where the nodes listen for each other. */
    List<InetSocketAddress> raftAddresses() {
        return IntStream.range(0, nodes).mapToObj(i -> raft(i).resolve()).toList();
    }

    /** The options by which a server calls its peers at other ports of this machine than their own; none when there are no such. */
    static List<String> detourOptions(Map<Integer, Integer> detours) {
        if (detours.isEmpty()) {
            return List.of();
        }
        return List.of(
                "--detour",
                detours.entrySet().stream()
                        .map(detour -> HOST + ":" + detour.getKey() + "=" + HOST + ":" + detour.getValue())
                        .collect(Collectors.joining(",")));
    }

    /** As --members expects it. */
    String members() {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            members.add(name(i) + "=" + raft(i));
        }
        return String.join(",", members);
    }
}
