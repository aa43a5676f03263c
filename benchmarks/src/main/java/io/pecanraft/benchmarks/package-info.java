/**
 * A cluster of three server processes on loopback, measured from a fourth process, for PecanRaft and its peers alike.
 *
 * <pre>
 *   run ──starts──► server 0, 1, 2          each: a system's node behind a front (or what the system itself offers to clients)
 *    │                 ▲
 *    └───starts──► client ──puts──► the leader
 *                      └── reads /proc of all four when the measurement begins and ends
 * </pre>
 *
 * <p>Read {@link io.pecanraft.benchmarks.RunCommand} first, then {@link io.pecanraft.benchmarks.system.BenchmarkedSystem}, which
 * is what a peer implements, then {@code load}, which measures.
 */
@NullMarked
package io.pecanraft.benchmarks;

import org.jspecify.annotations.NullMarked;
