package io.pecanraft.examples.kv.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.pecanraft.examples.kv.command.StatusJson;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.examples.kv.store.StoreStatus;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** All that the console shows of one node, as that node says it: what RAFT STATUS says, and figures that only grow, for charts. */
final class NodeView {

    private final ConsoleSettings settings;
    private final Measurements measurements;
    private final EventLog events;
    private final DiskUse disk;

    NodeView(ConsoleSettings settings, Measurements measurements, EventLog events) {
        this.settings = settings;
        this.measurements = measurements;
        this.events = events;
        this.disk = new DiskUse(settings.data());
    }

    JsonObject json() {
        JsonObject json = StatusJson.of(
                settings.version(),
                settings.id(),
                settings.node().status(),
                settings.certificates().get());
        StoreStatus store = settings.store().get();
        Counters counters = settings.counters();
        StoreStatus.Announced own = store.servers().get(settings.id().value());
        json.addProperty("uptimeMillis", ManagementFactory.getRuntimeMXBean().getUptime());
        json.addProperty("clients", own == null ? "" : own.clients());
        json.addProperty("http", own == null ? "" : own.http());
        json.addProperty("admin", settings.admin());
        json.addProperty("keys", store.keys());
        json.addProperty("expiring", store.expiring());
        json.addProperty("connections", counters.connections());
        json.addProperty("inFlight", counters.requestsInFlight());
        json.addProperty("requests", counters.requests());
        json.addProperty("notDone", counters.notDone());
        json.addProperty("unknown", counters.unknown());
        json.addProperty("committed", measurements.count("raft.commit.entries"));
        json.add("commitLatency", histogram("raft.commit.latency"));
        json.add("flushLatency", histogram("raft.log.flush"));
        json.add("storage", disk.json(System.nanoTime()));
        json.add("events", events.json());
        return json;
    }

    /** How many took at most so many milliseconds, cumulatively, for the bounds where that number changes. */
    private JsonArray histogram(String timer) {
        HistogramSnapshot snapshot = measurements.timer(timer);
        JsonArray buckets = new JsonArray();
        double before = 0;
        for (CountAtBucket bucket : snapshot.histogramCounts()) {
            if (bucket.count() > before) {
                before = bucket.count();
                JsonArray pair = new JsonArray();
                pair.add(bucket.bucket(TimeUnit.MILLISECONDS));
                pair.add((long) bucket.count());
                buckets.add(pair);
            }
        }
        return buckets;
    }
}
