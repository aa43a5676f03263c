package io.pecanraft.testkit.sim;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage;

/** Sees every message in the instant in which it is handed to the network, from where on it may be believed, and when it arrives. */
public interface SendObserver {

    /** A server sends a message. */
    void sent(MemberId from, int fromNode, int toNode, RaftMessage message);

    /** A message reaches the process of a server, which has not looked at it yet. */
    void delivered(int toNode, RaftMessage message);
}
