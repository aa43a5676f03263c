/**
 * Faults and operations as data: an {@link io.pecanraft.testkit.swarm.schedule.Item} is a time, a kind and arguments, one
 * line of text.
 *
 * <p>{@link io.pecanraft.testkit.swarm.schedule.Family} is the one interface behind every kind: it draws the arguments of an
 * item from its own stream of chance, and makes the item happen on a {@link io.pecanraft.testkit.swarm.schedule.Stage}.
 */
@NullMarked
package io.pecanraft.testkit.swarm.schedule;

import org.jspecify.annotations.NullMarked;
