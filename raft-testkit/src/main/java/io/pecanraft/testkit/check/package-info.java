/**
 * What must never happen, checked after every single event: the five properties of Figure 3, and what they rest on.
 *
 * <p>{@link io.pecanraft.testkit.check.SafetyInvariants} looks from outside, at what any observer could see: messages in the
 * instant in which they are sent, what is written to disks and what would survive a loss of power, the published status of
 * nodes, what state machines are told to apply, and what clients are answered. It keeps one {@link
 * io.pecanraft.testkit.check.CommittedLog}, the log as it was committed by anybody, against which everything else is held.
 * There is no door into the protocol, so the checks hold for any protocol behind the same API.
 *
 * <p>Every check is incremental: its cost does not grow with the length of the run. Findings go to the {@link
 * io.pecanraft.testkit.sim.Verdict}, the first one counts.
 */
@NullMarked
package io.pecanraft.testkit.check;

import org.jspecify.annotations.NullMarked;
