package io.pecanraft.benchmarks.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Answers on their way from the threads that give them to the one that writes them: a stack, of which the event loop takes all at
 * once. Whoever puts the first onto an empty one wakes the event loop, so a batch costs one wake-up. Bounded by the requests of the
 * client that are not answered.
 */
final class Replies implements Runnable {

    private final Channel channel;
    private final AtomicReference<@Nullable PendingReply> newest = new AtomicReference<>();

    Replies(Channel channel) {
        this.channel = channel;
    }

    /** Any thread. */
    void add(PendingReply reply) {
        PendingReply before;
        do {
            before = newest.get();
            reply.next = before;
        } while (!newest.compareAndSet(before, reply));
        if (before == null) {
            channel.eventLoop().execute(this);
        }
    }

    /** Writes what has come together. */
    @Override
    public void run() {
        PendingReply reply = newest.getAndSet(null);
        int bytes = 0;
        for (PendingReply each = reply; each != null; each = each.next) {
            bytes += each.bytes();
        }
        ByteBuf out = channel.alloc().ioBuffer(bytes);
        for (PendingReply each = reply; each != null; each = each.next) {
            each.writeTo(out);
        }
        channel.writeAndFlush(out, channel.voidPromise());
    }
}
