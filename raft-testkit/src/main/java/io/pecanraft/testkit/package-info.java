/**
 * Whole clusters of real servers in one thread, on virtual time, from one seed.
 *
 * <p>{@link io.pecanraft.testkit.SimCluster} is what to read and to use first: give it your state machine, cut links, take
 * power away, and look at what your clients see. While it runs, {@link io.pecanraft.testkit.check.SafetyInvariants} watches
 * every event, so a test of your own state machine is a test of the whole. {@link io.pecanraft.testkit.InMemoryStorage} and {@link
 * io.pecanraft.testkit.InMemoryNetwork} are for ordinary unit tests with real threads.
 *
 * <p>Below: {@code sim} is the simulated world, {@code check} the invariants, {@code swarm} turns a seed into a random story
 * of faults and calls and runs it. Everything sees the library only through what it exports; nothing here is thread-safe
 * unless it says so.
 */
@NullMarked
package io.pecanraft.testkit;

import org.jspecify.annotations.NullMarked;
