package io.pecanraft.testkit.sim;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage;

/** Sees every message in the instant in which it is handed to the network: from here on it may be believed. */
public interface SendObserver {

    /** A server sends a message. */
    void sent(MemberId from, int fromNode, int toNode, RaftMessage message);
}
