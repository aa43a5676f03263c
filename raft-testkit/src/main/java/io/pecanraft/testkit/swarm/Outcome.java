package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.SimCluster;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a simulation that found nothing has to tell.
 *
 * @param seed the seed
 * @param events how many events ran
 * @param virtualMillis how much time passed
 * @param traceHash equal for equal runs
 * @param counts how often what happened
 */
public record Outcome(long seed, long events, long virtualMillis, long traceHash, Map<String, Long> counts) {

    /** Of a cluster that has run a seed; what is counted besides is added. */
    public static Outcome of(long seed, SimCluster cluster, Map<String, Long> more) {
        Map<String, Long> counts = new TreeMap<>(cluster.counts());
        counts.putAll(more);
        counts.put("entries committed", cluster.invariants().committed().lastIndex());
        counts.put("terms with a leader", cluster.invariants().lastLeaderTerm());
        return new Outcome(
                seed,
                cluster.scheduler().executed(),
                cluster.nowNanos() / 1_000_000,
                cluster.trace().hash(),
                counts);
    }
}
