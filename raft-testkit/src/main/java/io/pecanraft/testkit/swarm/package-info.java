/**
 * From a seed to a verdict: random stories of faults and calls, thousands of them.
 *
 * <p>A {@link io.pecanraft.testkit.swarm.Plan} is the whole story as data, expanded from the seed before anything runs: how
 * many nodes, which settings, which network, which faults when, which calls where. Chance inside the run is only in delays
 * and losses, so a fault can be left out of a plan and the rest stays what it was. Each seed draws which families of faults
 * it has at all (swarm testing, ISSTA 2012): a run with everything at once finds less than many runs with some things each.
 *
 * <p>{@link io.pecanraft.testkit.swarm.Simulation} runs a plan: faults and calls first; then everything is healed and the
 * cluster has to become live again, answer every call, and agree.
 */
@NullMarked
package io.pecanraft.testkit.swarm;

import org.jspecify.annotations.NullMarked;
