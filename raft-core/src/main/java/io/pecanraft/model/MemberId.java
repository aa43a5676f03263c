package io.pecanraft.model;

/**
 * Who a server is: its name together with the storage it remembers with. Quorums count these pairs, so replacing n3 by a
 * new n3 never counts twice, and a wiped n3 does not count at all.
 *
 * @param node the name
 * @param incarnation the storage
 */
public record MemberId(NodeId node, Incarnation incarnation) implements Comparable<MemberId> {

    @Override
    public int compareTo(MemberId other) {
        int byNode = node.compareTo(other.node);
        return byNode != 0 ? byNode : incarnation.compareTo(other.incarnation);
    }

    @Override
    public String toString() {
        return node + "#" + incarnation.abbreviated();
    }
}
