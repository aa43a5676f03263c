package io.pecanraft.metrics.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.pecanraft.RaftNode;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.InMemoryNetwork;
import io.pecanraft.testkit.InMemoryStorage;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.TransportStats;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All that a node may report, also what is added later, and a node to be watched. */
final class EveryMeter {

    static final GroupId GROUP = new GroupId(7);
    static final NodeId PEER = NodeId.of("n2");

    private EveryMeter() {}

    static Stream<Method> measurements() {
        return Arrays.stream(RaftMetrics.class.getDeclaredMethods()).filter(method -> !method.isSynthetic());
    }

    /** Reports something of this kind. */
    static void report(Method method, RaftMetrics metrics) throws ReflectiveOperationException {
        method.invoke(
                metrics,
                Arrays.stream(method.getParameterTypes())
                        .map(EveryMeter::example)
                        .toArray());
    }

    /** What a transport with TLS says, if it has done nothing yet. */
    record Transported(TransportStats stats, Optional<Instant> expiry) {}

    static final Transported IDLE = new Transported(
            new TransportStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            Optional.of(Instant.parse("2100-01-01T00:00:00Z")));

    /** Makes every meter there is: reports something of each kind, and watches a node and a transport. The caller closes the node. */
    static RaftNode show(MeterRegistry registry, MicrometerMetrics metrics) throws ReflectiveOperationException {
        TransportMeters.show(registry, IDLE, Transported::stats, Transported::expiry, Transported::expiry);
        for (Method method : measurements().toList()) {
            report(method, metrics);
        }
        RaftNode node = node(metrics);
        metrics.watch(node);
        return node;
    }

    /** As metrics.md says it. */
    static RaftNode measured(MeterRegistry registry, NettyTransport transport, RaftNode.Builder builder) {
        // tag::metrics
        MicrometerMetrics metrics = MicrometerMetrics.of(registry, GroupId.DEFAULT);
        RaftNode node = builder.metrics(metrics).build();
        metrics.watch(node);
        new TransportMeters(transport).bindTo(registry);
        // end::metrics
        return node;
    }

    /** The only member of its cluster. */
    static RaftNode node(RaftMetrics metrics) {
        MemberAddress member = new MemberAddress(NodeId.of("n1"), "memory:n1");
        StorageIdentity identity = new StorageIdentity(
                ClusterId.fromBootstrap(List.of(member)), GROUP, member.node(), InMemoryStorage.randomIncarnation());
        return RaftNode.builder()
                .stateMachine(new Deaf())
                .storage(new InMemoryStorage(identity))
                .transport(new InMemoryNetwork().transport())
                .bootstrapMembers(List.of(member))
                .metrics(metrics)
                .build();
    }

    private static Object example(Class<?> type) {
        if (type == int.class) {
            return 3;
        } else if (type == long.class) {
            return 5_000_000L;
        } else if (type == boolean.class) {
            return true;
        } else if (type == String.class) {
            return "Heartbeat";
        } else if (type == NodeId.class) {
            return PEER;
        } else if (type == Transport.Loss.class) {
            return EnumSet.allOf(Transport.Loss.class).iterator().next();
        }
        throw new IllegalArgumentException("no example of " + type);
    }

    /** Keeps nothing. */
    private static final class Deaf implements StateMachine {

        @Override
        public void apply(CommandBatch batch) {}

        @Override
        public ByteBuffer query(ByteBuffer query) {
            return query;
        }

        @Override
        public SnapshotView captureSnapshot() {
            return out -> {};
        }

        @Override
        public void restore(SnapshotSource source) {}
    }
}
