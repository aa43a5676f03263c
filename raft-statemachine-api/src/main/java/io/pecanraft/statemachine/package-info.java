/**
 * The replicated state machine: the one thing a user of PecanRaft writes.
 *
 * <p>Consensus turns many servers into one by giving every server the same commands in the same order. That works only
 * if the same commands in the same order lead to the same state everywhere. The contract therefore is:
 *
 * <ul>
 *   <li><b>Determinism.</b> State and replies depend on the earlier state and the commands alone. No clock, no random
 *       numbers, no outcome of I/O, no iteration order of identity-hashed collections may influence them. Where a command
 *       needs a time it takes {@link io.pecanraft.statemachine.Command#timestampMillis()}, which is part of the log.
 *   <li><b>Batches are an accident.</b> Commands arrive in batches because commits do. Where one batch ends and the next
 *       begins differs from server to server and must not be visible in the state.
 *   <li><b>One thread at a time.</b> {@code apply}, {@code query}, {@code captureSnapshot}, {@code restore} and
 *       {@code close} never run concurrently. Only {@link io.pecanraft.statemachine.SnapshotView#writeTo} runs on another
 *       thread, concurrently with later calls of {@code apply}.
 *   <li><b>Failure.</b> A business failure is a reply. An exception says that this server can no longer follow the log:
 *       the node stops, and its applied index does not move.
 * </ul>
 *
 * <p>Read {@link io.pecanraft.statemachine.StateMachine} first, then {@link io.pecanraft.statemachine.CommandBatch}.
 */
@NullMarked
package io.pecanraft.statemachine;

import org.jspecify.annotations.NullMarked;
