package io.pecanraft.transport.netty;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;

/** Whose messages wait in an {@link Outbox}. */
interface Sender {

    /** Who it is. */
    StorageIdentity self();

    /** One of its messages was dropped. On any thread. */
    void dropped(NodeId to, RaftMessage message, Transport.Loss why);
}
