package io.pecanraft.examples.kv.command;

import io.pecanraft.NodeStatus;
import io.pecanraft.examples.kv.store.StoreStatus.Announced;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The members as a cluster-aware client sees them, with the addresses that they have announced. Who has not announced one is left
 * out. While no leader is known, or not where it is, this node names itself as master: it takes any command, and holds it.
 *
 * @param self this node
 * @param master who is asked first
 * @param others the rest
 */
record ShardView(Server self, Server master, List<Server> others) {

    /**
     * A node.
     *
     * @param id 40 hexadecimal digits, as clients expect: of the cluster's identity and the name
     * @param heard whether it has been heard of late; only a leader knows otherwise of others
     */
    record Server(String id, String host, int port, boolean heard) {}

    static ShardView of(ServerInfo info) {
        NodeStatus status = info.node().status();
        Map<String, Announced> announced = info.store().get().servers();
        String cluster = status.identity().cluster().toString();
        Server self = server(cluster, info.id().value(), info.advertised(), true);
        Set<String> silent = status.followers().stream()
                .filter(each ->
                        each.millisSinceContact() < 0 || each.millisSinceContact() > StatusJson.LONG_SILENCE_MILLIS)
                .map(each -> each.member().node().value())
                .collect(Collectors.toSet());
        String leader = status.leader().map(NodeId::value).orElse(info.id().value());
        Server master = self;
        List<Server> others = new ArrayList<>();
        for (Member member : status.membership().map(Membership::members).orElse(List.of())) {
            String name = member.node().value();
            Announced address = announced.get(name);
            if (name.equals(info.id().value()) || address == null) {
                continue;
            }
            Server each = server(cluster, name, address.clients(), !silent.contains(name));
            if (name.equals(leader)) {
                master = each;
            } else {
                others.add(each);
            }
        }
        if (!master.equals(self)) {
            others.add(0, self);
        }
        return new ShardView(self, master, others);
    }

    private static Server server(String cluster, String name, String address, boolean heard) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return new Server(id(cluster, name), bare, Integer.parseInt(address.substring(colon + 1)), heard);
    }

    private static String id(String cluster, String name) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // for its length; nothing secret depends on it
            return HexFormat.of().formatHex(sha1.digest((cluster + "/" + name).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    boolean isMaster(Server server) {
        return server.equals(master);
    }

    List<Server> masterFirst() {
        List<Server> all = new ArrayList<>(List.of(master));
        all.addAll(others);
        return all;
    }
}
