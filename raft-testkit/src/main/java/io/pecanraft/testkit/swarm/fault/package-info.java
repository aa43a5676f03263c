/**
 * What goes wrong, one file a family. Each is a {@link io.pecanraft.testkit.swarm.schedule.Family} and registered in {@code
 * Families}; nothing else knows it.
 */
@NullMarked
package io.pecanraft.testkit.swarm.fault;

import org.jspecify.annotations.NullMarked;
