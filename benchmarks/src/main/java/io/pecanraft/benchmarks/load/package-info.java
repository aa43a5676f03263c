/**
 * The client process: a load, closed or open, over one connection to the leader, and what it costs.
 *
 * <p>A {@link io.pecanraft.benchmarks.load.Load} decides what is sent when, and records; a {@link
 * io.pecanraft.benchmarks.load.Connection} carries. Both live on the connection's one thread, so nothing is handed over per
 * operation. Another thread, that of {@link io.pecanraft.benchmarks.load.Measurement}, only marks where the measurement begins
 * and ends.
 */
@NullMarked
package io.pecanraft.benchmarks.load;

import org.jspecify.annotations.NullMarked;
