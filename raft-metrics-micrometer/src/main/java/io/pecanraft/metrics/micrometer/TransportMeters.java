package io.pecanraft.metrics.micrometer;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.TransportStats;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link NettyTransport} has counted, and how long its certificates last, as Micrometer meters. One for each process, whatever
 * number of nodes the transport serves.
 *
 * <pre>{@code
 * new TransportMeters(transport).bindTo(registry);
 * }</pre>
 *
 * <p>Meters are named {@code raft.transport.*} and have no tag {@code group}. They are read when the registry asks, and the registry does
 * not keep the transport alive. Those of certificates exist with TLS only.
 *
 * <p>The only class here that needs {@code raft-transport-netty}: who has another transport goes without both.
 */
public final class TransportMeters implements MeterBinder {

    private final NettyTransport transport;

    /** Of this transport. */
    public TransportMeters(NettyTransport transport) {
        this.transport = transport;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        show(
                registry,
                transport,
                NettyTransport::stats,
                NettyTransport::certificateExpiry,
                NettyTransport::authorityExpiry);
    }

    static <T> void show(
            MeterRegistry registry,
            T source,
            Function<T, TransportStats> stats,
            Function<T, Optional<Instant>> certificateExpiry,
            Function<T, Optional<Instant>> authorityExpiry) {
        counters(registry, source, stats);
        left(registry, "raft.transport.certificate.left", source, certificateExpiry);
        left(registry, "raft.transport.authority.left", source, authorityExpiry);
    }

    private static <T> void counters(MeterRegistry registry, T source, Function<T, TransportStats> stats) {
        Counters<T> counters = new Counters<>(registry, source, stats);
        counters.show("raft.transport.sent.frames", TransportStats::framesSent);
        counters.show("raft.transport.sent.bytes", TransportStats::bytesSent, "bytes");
        counters.show("raft.transport.received.frames", TransportStats::framesReceived);
        counters.show("raft.transport.received.bytes", TransportStats::bytesReceived, "bytes");
        counters.show("raft.transport.connections.made", TransportStats::connectionsMade);
        counters.show("raft.transport.connections.lost", TransportStats::connectionsLost);
        counters.show("raft.transport.connections.accepted", TransportStats::connectionsAccepted);
        counters.show("raft.transport.connections.replaced", TransportStats::connectionsReplaced);
        counters.show("raft.transport.connections.over.limit", TransportStats::connectionsOverLimit);
        counters.show("raft.transport.connections.idle", TransportStats::connectionsIdle);
        counters.show("raft.transport.connections.malformed", TransportStats::connectionsMalformed);
        counters.show("raft.transport.handshakes.refused", TransportStats::handshakesRefused);
        counters.show("raft.transport.handshakes.timed.out", TransportStats::handshakesTimedOut);
        counters.show("raft.transport.dropped.unconnected", TransportStats::droppedUnconnected);
        counters.show("raft.transport.dropped.full", TransportStats::droppedFull);
        counters.show("raft.transport.dropped.too.large", TransportStats::droppedTooLarge);
        counters.show("raft.transport.dropped.unknown.peer", TransportStats::droppedUnknownPeer);
        counters.show("raft.transport.skipped.unknown.type", TransportStats::skippedUnknownType);
        counters.show("raft.transport.skipped.unknown.group", TransportStats::skippedUnknownGroup);
    }

    private record Counters<T>(MeterRegistry registry, T source, Function<T, TransportStats> stats) {

        void show(String name, ToLongFunction<TransportStats> counter) {
            show(name, counter, null);
        }

        void show(String name, ToLongFunction<TransportStats> counter, @Nullable String unit) {
            // Names what it needs, so that the registry, which keeps the function, does not keep the source.
            Function<T, TransportStats> asked = stats;
            FunctionCounter.builder(name, source, each -> (double) counter.applyAsLong(asked.apply(each)))
                    .baseUnit(unit)
                    .register(registry);
        }
    }

    /** How long it is, by the registry's clock, until the moment that a source names; below zero after it. Nothing if it names none. */
    private static <T> void left(MeterRegistry registry, String name, T source, Function<T, Optional<Instant>> moment) {
        if (moment.apply(source).isEmpty()) {
            return;
        }
        Clock clock = registry.config().clock();
        Gauge.builder(
                        name,
                        source,
                        each -> moment.apply(each)
                                .map(at ->
                                        (at.toEpochMilli() - clock.wallTime()) / (double) TimeUnit.SECONDS.toMillis(1))
                                .orElse(Double.NaN))
                .baseUnit("seconds")
                .register(registry);
    }
}
