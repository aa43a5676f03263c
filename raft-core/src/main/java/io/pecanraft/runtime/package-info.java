/**
 * The driver: makes the protocol's wishes real.
 *
 * <pre>
 *   callers, peers --> Mailbox --> TurnLoop --> EffectRunner
 *                         ^        (raft lane)      |
 *                         |                         +--> RaftLog           (a thread of its own)
 *                         |                         +--> Transport         (likewise)
 *                         |                         +--> Applier           (apply lane)
 *                         |                         +--> Snapshots         (snapshot lane)
 *                         |                         +--> EventPublisher    (event lane)
 *                         |                                  |
 *                         +--------- completions ------------+
 * </pre>
 *
 * <p>Read {@code TurnLoop} first: one turn is the whole story. Then {@code EffectRunner}, which carries out what the protocol
 * wants; {@code Applier}, which owns the state machine; and {@code DefaultRaftNode}, which begins and ends it all.
 *
 * <p>Threads: everything belongs to one of five lanes. The raft lane drives consensus and never waits. The apply lane owns the
 * state machine, the snapshot lane reads and writes snapshots. Two lanes run code that is not the node's own: the result lane,
 * which is the apply lane unless a callback executor was given, tells callers what the state machine answered; the event lane
 * tells them everything else, delivers events and writes log lines, so that neither a state machine nor a logger that hangs
 * holds up what consensus has to say. What one lane has for another goes through a queue; nothing is shared, nothing is locked.
 * All of time comes from the raft executor and all of chance from one seed, so that a cluster of these can be run in one thread,
 * twice the same.
 *
 * <p>What a caller waits for is an {@code Operation}. It may be ended by a result, a deadline, a lost leadership or the end of
 * the node, whichever {@code settles} it first, and so exactly once. What escapes a task of any lane stops the node.
 *
 * <p>Not exported. Imports everything below it: the protocol, the SPI, the API.
 */
@NullMarked
package io.pecanraft.runtime;

import org.jspecify.annotations.NullMarked;
