package io.pecanraft.runtime;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.Transport;

/** Sends messages and counts them. Any thread. */
final class MessageSender {

    private final Transport.Outbound outbound;
    private final RaftMetrics metrics;

    MessageSender(Transport.Outbound outbound, RaftMetrics metrics) {
        this.outbound = outbound;
        this.metrics = metrics;
    }

    void send(NodeId to, RaftMessage message) {
        metrics.messageSent(to, typeOf(message));
        outbound.send(to, message);
    }

    /** What metrics call a message. */
    static String typeOf(RaftMessage message) {
        return message.getClass().getSimpleName();
    }
}
