/**
 * The simulated world: time, threads, network and disk of a whole cluster, in one thread and from one seed.
 *
 * <p>Read {@link io.pecanraft.testkit.sim.SimScheduler} first: a heap of events on virtual time, and nothing else happens
 * anywhere. {@link io.pecanraft.testkit.sim.SimProcess} is one life of one server, with its executors and its clock;
 * {@link io.pecanraft.testkit.sim.SimNetwork} carries messages, badly; {@link io.pecanraft.testkit.sim.SimDisk} outlives
 * processes and forgets what was not flushed.
 *
 * <p>The same seed gives the same run, to the last event. What that takes: every random number comes from a
 * {@link io.pecanraft.testkit.sim.SimRandom} stream of its own subsystem, so that leaving out one fault does not move the
 * others; nothing iterates over a hashed collection; nothing looks at the real clock. {@link
 * io.pecanraft.testkit.sim.Trace} folds everything that happens into 64 bits, so two runs are easily compared.
 *
 * <p>Nothing here is thread-safe, on purpose: one cluster, one thread. What is found to be wrong is reported to a {@link
 * io.pecanraft.testkit.sim.Verdict} and not thrown, since the code under test would catch it. Imports {@code
 * io.pecanraft.model}, {@code io.pecanraft.spi}.
 */
@NullMarked
package io.pecanraft.testkit.sim;

import org.jspecify.annotations.NullMarked;
