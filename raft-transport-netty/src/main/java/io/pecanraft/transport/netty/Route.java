package io.pecanraft.transport.netty;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.NodeId;

/**
 * Who calls whom. What the groups of a process share connections by.
 *
 * @param cluster of both sides
 * @param caller the side that connects
 * @param called the side that is connected to
 * @param address where the caller dials; part of the route, since groups may learn of a new address one after the other
 */
record Route(ClusterId cluster, NodeId caller, NodeId called, String address) {}
