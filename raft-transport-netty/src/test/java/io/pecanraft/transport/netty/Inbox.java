package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.Transport;
import io.pecanraft.spi.Transport.Loss;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A node that only listens: keeps what it was told, until a test asks for it. */
final class Inbox implements Transport.Inbound {

    /** Long enough for a machine that does three other things; reached only when a test fails. */
    static final long PATIENCE_SECONDS = 30;

    record Dropped(NodeId to, RaftMessage message, Loss why) {}

    record Delivery(MemberId from, RaftMessage message) {}

    private final BlockingQueue<Delivery> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<NodeId> unreachable = new LinkedBlockingQueue<>();
    private final BlockingQueue<NodeId> skipped = new LinkedBlockingQueue<>();
    final Queue<Dropped> dropped = new ConcurrentLinkedQueue<>();

    @Override
    public void onMessage(MemberId from, RaftMessage message) {
        messages.add(new Delivery(from, message));
    }

    @Override
    public void onUnreachable(NodeId peer) {
        unreachable.add(peer);
    }

    @Override
    public void onDropped(NodeId to, RaftMessage message, Loss why) {
        dropped.add(new Dropped(to, message, why));
    }

    @Override
    public void onSkipped(NodeId from) {
        skipped.add(from);
    }

    /** Who sent the next message that is not known here, waited for. */
    NodeId nextSkipped() throws InterruptedException {
        NodeId next = skipped.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a message that was skipped").isNotNull();
        return next;
    }

    /** The next message, waited for. */
    Delivery next() throws InterruptedException {
        Delivery next = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a message").isNotNull();
        return next;
    }

    /** The next message if it comes within this time. */
    Delivery nextWithin(long millis) throws InterruptedException {
        return messages.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** Waits for the next report. */
    NodeId nextUnreachable() throws InterruptedException {
        NodeId next = unreachable.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a report of an unreachable peer").isNotNull();
        return next;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    int reports() {
        return unreachable.size();
    }

    void clear() {
        messages.clear();
        unreachable.clear();
    }
}
