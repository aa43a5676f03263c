package io.pecanraft.examples.kv;

import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The members that found a cluster, as in {@code n1=host:port,n2=host:port,n3=host:port}: names and Raft addresses.
 *
 * @param members at least one; names and addresses are distinct
 */
record MemberList(List<MemberAddress> members) {

    MemberList {
        members = List.copyOf(members);
    }

    static MemberList parse(String text) {
        List<MemberAddress> members = new ArrayList<>();
        Set<NodeId> names = new HashSet<>();
        Set<HostPort> addresses = new HashSet<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("expected name=host:port, got '" + part + "'");
            }
            NodeId name = NodeId.of(part.substring(0, equals).trim());
            HostPort address = HostPort.parse(part.substring(equals + 1).trim());
            if (!names.add(name)) {
                throw new IllegalArgumentException("member " + name + " is named twice");
            }
            if (!addresses.add(address)) {
                throw new IllegalArgumentException("address " + address + " is given to two members");
            }
            members.add(new MemberAddress(name, address.toString()));
        }
        return new MemberList(members);
    }

    Optional<HostPort> addressOf(NodeId node) {
        return members.stream()
                .filter(member -> member.node().equals(node))
                .findFirst()
                .map(member -> HostPort.parse(member.address()));
    }

    String names() {
        return members.stream().map(member -> member.node().value()).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return members.stream().map(MemberAddress::toString).collect(Collectors.joining(","));
    }
}
