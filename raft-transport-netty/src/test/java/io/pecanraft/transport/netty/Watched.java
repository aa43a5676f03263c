package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** A transport whose counters wake those who wait for them. */
final class Watched {

    private final Object change = new Object();

    final NettyTransport transport;

    Watched(NettyTransportConfig config) {
        transport = NettyTransport.open(config, new TransportCounters(Waking::new));
    }

    /** Waits until the counters fulfil a condition. */
    void await(Predicate<TransportStats> condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Inbox.PATIENCE_SECONDS);
        synchronized (change) {
            while (!condition.test(transport.stats())) {
                long leftNanos = deadline - System.nanoTime();
                assertThat(leftNanos)
                        .as("patience; the counters are %s", transport.stats())
                        .isPositive();
                TimeUnit.NANOSECONDS.timedWait(change, leftNanos);
            }
        }
    }

    private final class Waking extends LongAdder {

        private static final long serialVersionUID = 1L;

        @Override
        public void add(long x) {
            super.add(x);
            synchronized (change) {
                change.notifyAll();
            }
        }

        @Override
        public void increment() {
            add(1);
        }
    }
}
