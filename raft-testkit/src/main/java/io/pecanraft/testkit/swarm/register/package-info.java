/**
 * The library's own workload: a few registers, whose values show the order in which they were changed, and whose versions show how
 * often. {@link io.pecanraft.testkit.swarm.register.Registers} is the way in.
 */
@NullMarked
package io.pecanraft.testkit.swarm.register;

import org.jspecify.annotations.NullMarked;
