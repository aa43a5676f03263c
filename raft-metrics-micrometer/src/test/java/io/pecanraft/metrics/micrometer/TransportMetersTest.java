package io.pecanraft.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pecanraft.metrics.micrometer.EveryMeter.Transported;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.NettyTransportConfig;
import io.pecanraft.transport.netty.TransportStats;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a transport has counted is shown, all of it and each under its own name. */
class TransportMetersTest {

    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    /** Also a counter that is added later and forgotten here. */
    @Test
    void everyCounterIsShownAsItIs() throws ReflectiveOperationException {
        RecordComponent[] components = TransportStats.class.getRecordComponents();
        Object[] values =
                IntStream.range(0, components.length).mapToObj(i -> 1_000L + i).toArray();
        TransportStats stats = (TransportStats) TransportStats.class.getDeclaredConstructors()[0].newInstance(values);
        show(new Transported(stats, Optional.empty()));

        Map<String, Double> wanted = new TreeMap<>();
        for (int i = 0; i < components.length; i++) {
            wanted.put(meter(components[i].getName()), 1_000.0 + i);
        }
        Map<String, Double> shown = new TreeMap<>();
        registry.forEachMeter(meter -> shown.put(meter.getId().getName(), ((FunctionCounter) meter).count()));
        assertThat(shown).isEqualTo(wanted);
    }

    /** {@code framesSent} is {@code raft.transport.sent.frames}, {@code handshakesTimedOut} is {@code raft.transport.handshakes.timed.out}. */
    private static String meter(String counter) {
        String words = counter.replaceAll("([A-Z])", ".$1").toLowerCase(Locale.ROOT);
        return "raft.transport." + words.replaceAll("^(frames|bytes)\\.(\\w+)$", "$2.$1");
    }

    @Test
    void certificatesRunOut() {
        Instant expiry = Instant.ofEpochMilli(clock.wallTime()).plus(Duration.ofDays(14));
        show(new Transported(EveryMeter.IDLE.stats(), Optional.of(expiry)));
        assertThat(left("certificate")).isEqualTo(Duration.ofDays(14));
        clock.add(Duration.ofDays(15));
        assertThat(left("certificate")).isEqualTo(Duration.ofDays(-1));
        assertThat(left("authority")).isEqualTo(left("certificate"));
    }

    private Duration left(String of) {
        return Duration.ofSeconds(
                (long) registry.get("raft.transport." + of + ".left").gauge().value());
    }

    private Transported shown = EveryMeter.IDLE; // a registry does not keep alive what it asks

    private void show(Transported source) {
        shown = source;
        TransportMeters.show(registry, shown, Transported::stats, Transported::expiry, Transported::expiry);
    }

    @Test
    void aTransportInPlainTextHasNoCertificates() {
        NettyTransportConfig loopback =
                NettyTransportConfig.builder().listen("127.0.0.1", 0).build();
        try (NettyTransport transport = NettyTransport.open(loopback)) {
            new TransportMeters(transport).bindTo(registry);
            assertThat(registry.getMeters()).hasSize(TransportStats.class.getRecordComponents().length);
            assertThat(registry.get("raft.transport.connections.made")
                            .functionCounter()
                            .count())
                    .isZero();
            assertThat(registry.find("raft.transport.certificate.left").gauge()).isNull();
        }
    }
}
