package io.pecanraft.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pecanraft.LeadershipListener;
import io.pecanraft.RaftNode;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MicrometerMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerMetrics metrics = MicrometerMetrics.of(registry, EveryMeter.GROUP);

    /** Every meter with all it shows. */
    private TreeMap<String, List<Double>> shown() {
        TreeMap<String, List<Double>> shown = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            List<Double> values = new ArrayList<>();
            for (Measurement measurement : meter.measure()) {
                values.add(measurement.getValue());
            }
            shown.put(meter.getId().toString(), values);
        }
        return shown;
    }

    static Stream<Method> measurements() {
        return EveryMeter.measurements();
    }

    /** Also of a method that is added later and forgotten here. */
    @ParameterizedTest
    @MethodSource("measurements")
    void everythingThatIsMeasuredShows(Method method) throws ReflectiveOperationException {
        TreeMap<String, List<Double>> before = shown();
        EveryMeter.report(method, metrics);
        assertThat(shown()).as("after %s", method).isNotEqualTo(before);
    }

    @Test
    void metersAreTaggedByGroupAndPeerAndType() {
        metrics.messageSent(EveryMeter.PEER, "Heartbeat");
        metrics.messageSent(EveryMeter.PEER, "Heartbeat");
        metrics.messageSent(EveryMeter.PEER, "AppendEntries");
        assertThat(registry.get("raft.messages.sent")
                        .tags("group", "7", "peer", "n2", "type", "Heartbeat")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void strangersDoNotMakeMetersWithoutEnd() {
        for (int i = 0; i < 10_000; i++) {
            metrics.messageReceived(NodeId.of("stranger-" + i), "Heartbeat");
        }
        assertThat(registry.find("raft.messages.received").counters()).hasSize(PeerMeters.MAX_PEERS + 1);
        assertThat(registry.get("raft.messages.received")
                        .tag("peer", "other")
                        .counter()
                        .count())
                .isEqualTo(10_000 - PeerMeters.MAX_PEERS);
    }

    @Test
    void whatALeaderKnewOfFollowersIsForgottenWithItsLeadership() {
        metrics.replicationLag(EveryMeter.PEER, 12, 3_000);
        assertThat(registry.get("raft.replication.lag.entries").gauge().value()).isEqualTo(12);
        metrics.leaderChanged(8);
        assertThat(registry.get("raft.replication.lag.entries").gauge().value()).isNaN();
        metrics.replicationLag(EveryMeter.PEER, 1, 20);
        assertThat(registry.get("raft.replication.lag.size").gauge().value()).isEqualTo(20);
    }

    @Test
    void aNodeShowsThatItLeadsAndWhatItDid() throws InterruptedException {
        RaftNode node = EveryMeter.node(metrics);
        metrics.watch(node);
        assertThat(registry.get("raft.up").gauge().value()).isZero();
        CountDownLatch leads = new CountDownLatch(1);
        try (node) {
            node.onLeadership(new LeadershipListener() {
                @Override
                public void elected(long term) {
                    leads.countDown();
                }

                @Override
                public void lost(long term) {}
            });
            node.start().join();
            assertThat(leads.await(60, TimeUnit.SECONDS)).isTrue();
            node.propose(ByteBuffer.allocate(3)).join();
            // A command is answered before the turn that committed it has ended; what is asked then is a turn of its
            // own.
            node.read(ByteBuffer.allocate(0), ReadConsistency.linearizable()).join();

            assertThat(registry.get("raft.up").gauge().value()).isEqualTo(1);
            assertThat(registry.get("raft.leader").gauge().value()).isEqualTo(1);
            assertThat(registry.get("raft.leader.known").gauge().value()).isEqualTo(1);
            assertThat(registry.get("raft.members").gauge().value()).isEqualTo(1);
            assertThat(registry.get("raft.version.application").gauge().value()).isZero();
            assertThat(registry.get("raft.version.minimum").gauge().value()).isZero();
            assertThat(registry.get("raft.elections.won").counter().count()).isEqualTo(1);
            assertThat(registry.get("raft.commit.latency").timer().count()).isPositive();
            assertThat(registry.get("raft.log.flush").timer().count()).isPositive();
            assertThat(registry.get("raft.index.commit").gauge().value())
                    .isEqualTo((double) node.status().commitIndex());
        }
    }

    /** docs/metrics.md says of every meter what it means, and of no other. */
    @Test
    void everyMeterIsDocumented() throws Exception {
        RaftNode node = EveryMeter.show(registry, metrics);
        Set<String> meters = registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .collect(Collectors.toCollection(TreeSet::new));
        String page = Files.readString(Path.of("../docs/metrics.md"));
        Set<String> documented = Pattern.compile("^\\| `(raft\\.[a-z.]+)`", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(meters);
        node.close();
    }
}
