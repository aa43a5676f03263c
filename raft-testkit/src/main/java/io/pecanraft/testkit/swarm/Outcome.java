package io.pecanraft.testkit.swarm;

import java.util.Map;

/**
 * What a simulation that found nothing has to tell.
 *
 * @param seed the seed
 * @param events how many events ran
 * @param virtualMillis how much time passed
 * @param traceHash equal for equal runs
 * @param counts how often what happened
 */
public record Outcome(long seed, long events, long virtualMillis, long traceHash, Map<String, Long> counts) {}
