/**
 * Who carries out what a schedule says about the membership: an {@link io.pecanraft.testkit.swarm.membership.Operator} who looks at the
 * members that there are when it is time, since a schedule cannot know them. The families of such items are with the other
 * operations.
 */
@NullMarked
package io.pecanraft.testkit.swarm.membership;

import org.jspecify.annotations.NullMarked;
