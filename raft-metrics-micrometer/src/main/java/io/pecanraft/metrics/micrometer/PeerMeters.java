package io.pecanraft.metrics.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.pecanraft.model.NodeId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The meters that concern another server, made when they are first needed. Their number is bounded: strangers may call themselves anything. */
final class PeerMeters {

    static final int MAX_PEERS = 64;
    private static final String OTHER = "other";

    private record Key(String meter, String peer, String type, String reason) {}

    /** What a leader knows of a follower; not a number when it is not known. */
    private static final class Lag {
        private volatile double entries = Double.NaN;
        private volatile double bytes = Double.NaN;
    }

    private final MeterRegistry registry;
    private final Tags tags;
    private final Set<String> peers = ConcurrentHashMap.newKeySet();
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Lag> lags = new ConcurrentHashMap<>();

    PeerMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    /** Counts something. Empty words are no tags. */
    void count(String meter, NodeId peer, String type, String reason) {
        Key key = new Key(meter, name(peer), type, reason);
        Counter counter = counters.get(key);
        if (counter == null) {
            counter = counters.computeIfAbsent(key, this::counter);
        }
        counter.increment();
    }

    void lag(NodeId follower, long entries, long bytes) {
        Lag lag = lags.computeIfAbsent(name(follower), this::lagOf);
        lag.entries = entries;
        lag.bytes = bytes;
    }

    void forgetLags() {
        lags.values().forEach(lag -> {
            lag.entries = Double.NaN;
            lag.bytes = Double.NaN;
        });
    }

    private String name(NodeId peer) {
        String name = peer.value();
        if (peers.contains(name)) {
            return name;
        }
        // A few more when many come at once does no harm.
        return peers.size() < MAX_PEERS && peers.add(name) ? name : OTHER;
    }

    private Counter counter(Key key) {
        Tags all = tags.and("peer", key.peer);
        all = key.type.isEmpty() ? all : all.and("type", key.type);
        all = key.reason.isEmpty() ? all : all.and("reason", key.reason);
        return Counter.builder(key.meter).tags(all).register(registry);
    }

    private Lag lagOf(String peer) {
        Lag lag = new Lag();
        Gauge.builder("raft.replication.lag.entries", lag, each -> each.entries)
                .tags(tags.and("peer", peer))
                .register(registry);
        Gauge.builder("raft.replication.lag.size", lag, each -> each.bytes)
                .baseUnit("bytes")
                .tags(tags.and("peer", peer))
                .register(registry);
        return lag;
    }
}
