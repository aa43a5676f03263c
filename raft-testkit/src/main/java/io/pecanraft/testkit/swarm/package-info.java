/**
 * From a seed to a verdict: random stories of faults and calls, thousands of them.
 *
 * <p>A {@link io.pecanraft.testkit.swarm.Plan} is the whole story as data, expanded from the seed before anything runs: how
 * many servers, which settings, which network, and a schedule of {@link io.pecanraft.testkit.swarm.schedule.Item}s, one line
 * of text each. Chance inside the run is only in delays and losses, and every subsystem, link, disk and family of faults has
 * a stream of its own, so a fault can be left out of a plan and the rest stays what it was. Each seed draws which families
 * of faults it has at all (swarm testing, ISSTA 2012): a run with everything at once finds less than many runs with some
 * things each.
 *
 * <p>What can be on a schedule: faults, one file each in {@code swarm.fault}; operations of clients and operators, one file
 * each in {@code swarm.operation}. To add one, write a {@link io.pecanraft.testkit.swarm.schedule.Family} there and name it in
 * {@code Families}; a new setting of the library gets a line in {@code Knobs}. Nothing else needs to know.
 *
 * <p>Where a plan has spare servers, members come and go: the families for that are among the operations, too, and an {@link
 * io.pecanraft.testkit.swarm.membership.Operator} carries them out.
 *
 * <p>{@link io.pecanraft.testkit.swarm.Simulation} runs a plan: the schedule first; then {@code Liveness} heals a core of the
 * cluster and leaves the rest broken, then heals all, and each time the cluster has to become live again, answer every call,
 * agree, and come to rest. A {@link io.pecanraft.testkit.swarm.schedule.FaultAtlas} knows when that may be asked.
 */
@NullMarked
package io.pecanraft.testkit.swarm;

import org.jspecify.annotations.NullMarked;
