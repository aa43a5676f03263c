package io.pecanraft.spi;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;

/**
 * Whose data a storage holds, written once when it is initialised and checked at every opening.
 *
 * @param cluster the cluster
 * @param group the Raft group
 * @param node the server's name
 * @param incarnation random, drawn at initialisation
 */
public record StorageIdentity(ClusterId cluster, GroupId group, NodeId node, Incarnation incarnation) {

    /** The server's name and incarnation. */
    public MemberId memberId() {
        return new MemberId(node, incarnation);
    }
}
