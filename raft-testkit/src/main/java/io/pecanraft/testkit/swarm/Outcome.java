package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.sim.Hash;
import java.util.List;
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

    /** The same, with more that is counted. */
    public Outcome with(Map<String, Long> more) {
        Map<String, Long> all = new TreeMap<>(counts);
        all.putAll(more);
        return new Outcome(seed, events, virtualMillis, traceHash, all);
    }

    /** Adds what happened to what happened in others. */
    public void addTo(Map<String, Long> totals) {
        counts.forEach((what, times) -> totals.merge(what, times, Long::sum));
        totals.merge("events", events, Long::sum);
        totals.merge("virtual milliseconds", virtualMillis, Long::sum);
    }

    /** Of groups that shared servers: the trace is all their traces, and what a cluster counts of itself is the first one's. */
    public static Outcome ofGroups(long seed, List<SimCluster> groups, Map<String, Long> more) {
        Outcome first = of(seed, groups.get(0), more);
        long hash = 0;
        for (SimCluster group : groups) {
            hash = Hash.mix(hash, group.trace().hash());
        }
        return new Outcome(seed, first.events(), first.virtualMillis(), hash, first.counts());
    }
}
