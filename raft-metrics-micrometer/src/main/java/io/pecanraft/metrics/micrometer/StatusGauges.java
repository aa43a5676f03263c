package io.pecanraft.metrics.micrometer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.pecanraft.NodeStatus;
import io.pecanraft.RaftNode;
import io.pecanraft.model.RaftRole;
import java.util.function.ToDoubleFunction;

/** What a node's status says, read when the registry asks. */
final class StatusGauges {

    private static final int UNKNOWN = -1;

    private StatusGauges() {}

    static void register(MeterRegistry registry, Tags tags, RaftNode node) {
        gauge(registry, tags, node, "raft.up", status -> truth(status.state() == NodeStatus.State.RUNNING));
        gauge(registry, tags, node, "raft.leader", status -> truth(status.role() == RaftRole.LEADER));
        gauge(
                registry,
                tags,
                node,
                "raft.leader.known",
                status -> truth(status.leader().isPresent()));
        gauge(registry, tags, node, "raft.term", NodeStatus::term);
        gauge(registry, tags, node, "raft.index.commit", NodeStatus::commitIndex);
        gauge(registry, tags, node, "raft.index.applied", NodeStatus::appliedIndex);
        gauge(registry, tags, node, "raft.index.last", NodeStatus::lastIndex);
        gauge(registry, tags, node, "raft.index.snapshot", NodeStatus::snapshotIndex);
        gauge(
                registry,
                tags,
                node,
                "raft.members",
                status -> status.membership()
                        .map(membership -> membership.members().size())
                        .orElse(0));
        gauge(registry, tags, node, "raft.version.application", NodeStatus::applicationVersion);
        gauge(
                registry,
                tags,
                node,
                "raft.version.minimum",
                status -> status.minimumVersion().orElse(UNKNOWN));
    }

    private static double truth(boolean is) {
        return is ? 1 : 0;
    }

    private static void gauge(
            MeterRegistry registry, Tags tags, RaftNode node, String name, ToDoubleFunction<NodeStatus> value) {
        Gauge.builder(name, node, each -> value.applyAsDouble(each.status()))
                .tags(tags)
                .register(registry);
    }
}
