/**
 * What the clients of a swarm ask, of which state machine, and how their answers are judged. Write a {@link
 * io.pecanraft.testkit.swarm.workload.Workload} to have your own state machine driven; {@link
 * io.pecanraft.testkit.swarm.workload.Clients} drives it.
 *
 * <p>Every answer is judged twice. At once against the committed log, whose order is known; and in the end all of them against each
 * other, believing no server.
 */
@NullMarked
package io.pecanraft.testkit.swarm.workload;

import org.jspecify.annotations.NullMarked;
