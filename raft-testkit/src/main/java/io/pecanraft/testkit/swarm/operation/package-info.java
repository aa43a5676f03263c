/**
 * What clients and operators do, one file an operation. Each is a {@link io.pecanraft.testkit.swarm.schedule.Family} and
 * registered in {@code Families}; nothing else knows it.
 */
@NullMarked
package io.pecanraft.testkit.swarm.operation;

import org.jspecify.annotations.NullMarked;
