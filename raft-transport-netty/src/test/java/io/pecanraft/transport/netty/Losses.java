package io.pecanraft.transport.netty;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import java.util.ArrayList;
import java.util.List;

/** A sender that writes down which of its messages were dropped. */
final class Losses implements Sender {

    record Lost(NodeId to, RaftMessage message, Transport.Loss why) {}

    final List<Lost> lost = new ArrayList<>();
    private final StorageIdentity self;

    Losses(StorageIdentity self) {
        this.self = self;
    }

    @Override
    public StorageIdentity self() {
        return self;
    }

    @Override
    public void dropped(NodeId to, RaftMessage message, Transport.Loss why) {
        lost.add(new Lost(to, message, why));
    }
}
