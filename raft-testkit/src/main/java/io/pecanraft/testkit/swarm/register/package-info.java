/**
 * The state machine of the simulations, a few registers, with its clients and its model. {@link
 * io.pecanraft.testkit.swarm.register.Clients} is the way in.
 */
@NullMarked
package io.pecanraft.testkit.swarm.register;

import org.jspecify.annotations.NullMarked;
