package io.pecanraft.runtime;

import io.pecanraft.model.NodeId;
import io.pecanraft.protocol.Report;
import java.util.HashMap;
import java.util.Map;

/** Warns of peers that say the impossible, but not so often that the warnings themselves become the problem. Raft thread. */
final class AnomalyLog {

    /** One line per peer in this time; the next one says how many were left out. */
    static final long INTERVAL_NANOS = 10_000_000_000L;

    private static final int MAX_PEERS = 1_024;

    private static final class Seen {
        private long nextLineNanos;
        private long suppressed;
    }

    private final NodeLog log;
    private final Map<NodeId, Seen> seen = new HashMap<>();

    AnomalyLog(NodeLog log) {
        this.log = log;
    }

    /** Writes a line, or counts. */
    void report(Report.PeerAnomaly anomaly, long nowNanos) {
        if (seen.size() >= MAX_PEERS) {
            seen.clear();
        }
        Seen peer = seen.get(anomaly.peer().node());
        if (peer == null) {
            peer = new Seen();
            seen.put(anomaly.peer().node(), peer);
        } else if (nowNanos < peer.nextLineNanos) {
            peer.suppressed++;
            return;
        }
        log.warn()
                .addKeyValue("peer", anomaly.peer())
                .addKeyValue("reason", anomaly.what())
                .addKeyValue("suppressed", peer.suppressed)
                .log("ignored something impossible from a peer");
        peer.nextLineNanos = nowNanos + INTERVAL_NANOS;
        peer.suppressed = 0;
    }
}
