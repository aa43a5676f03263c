package io.pecanraft.examples.kv.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.metrics.micrometer.MicrometerMetrics;
import io.pecanraft.metrics.micrometer.TransportMeters;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.transport.netty.NettyTransport;
import java.util.function.ToDoubleFunction;

/** What a node, its transport and its RESP server measure, in the text format of Prometheus. */
public final class Measurements {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MicrometerMetrics raft;

    /** Of the node with this name, which is a tag of all meters. */
    public Measurements(NodeId node) {
        registry.config().commonTags("node", node.value());
        raft = MicrometerMetrics.of(registry, GroupId.DEFAULT);
    }

    /** To be given to the node. */
    public RaftMetrics raft() {
        return raft;
    }

    /** From now on also shows what these say when they are asked. */
    public void watch(RaftNode node, NettyTransport transport, Counters counters) {
        raft.watch(node);
        new TransportMeters(transport).bindTo(registry);
        gauge("kv.connections", counters, Counters::connections);
        gauge("kv.requests.in.flight", counters, Counters::requestsInFlight);
        counter("kv.requests", counters, Counters::requests);
        counter("kv.requests.not.done", counters, Counters::notDone);
        counter("kv.requests.unknown", counters, Counters::unknown);
        counter("kv.connections.refused", counters, Counters::connectionsRefused);
        counter("kv.protocol.errors", counters, Counters::protocolErrors);
    }

    /** What a counter of the node has counted. */
    long count(String name) {
        return (long) registry.find(name).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** How long something took, so far. */
    HistogramSnapshot timer(String name) {
        Timer timer = registry.find(name).timer();
        return timer == null ? HistogramSnapshot.empty(0, 0, 0) : timer.takeSnapshot();
    }

    String scrape() {
        return registry.scrape();
    }

    private void gauge(String name, Counters counters, ToDoubleFunction<Counters> value) {
        Gauge.builder(name, counters, value).strongReference(true).register(registry);
    }

    private void counter(String name, Counters counters, ToDoubleFunction<Counters> value) {
        FunctionCounter.builder(name, counters, value).register(registry);
    }
}
