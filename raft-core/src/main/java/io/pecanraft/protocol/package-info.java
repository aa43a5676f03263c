/**
 * The Raft algorithm, and nothing else.
 *
 * <p>{@link io.pecanraft.protocol.Raft} is one server as a deterministic object: inputs are methods, outputs are {@link
 * io.pecanraft.protocol.Effect} records, handed out once per turn by {@link io.pecanraft.protocol.Raft#flush}. There is no
 * clock, no random source, no thread, no I/O and no log line in this package: time is an argument, randomness is given,
 * and what would be logged is a {@link io.pecanraft.protocol.Report}. Whoever drives it, decides what is real.
 *
 * <p>To find a rule: who votes for whom is in {@link io.pecanraft.protocol.Follower}, when to campaign too; how an election
 * is won in {@link io.pecanraft.protocol.Candidate}; when entries are committed in {@link io.pecanraft.protocol.Leader}, how they
 * reach followers in {@link io.pecanraft.protocol.Replication}, with {@link io.pecanraft.protocol.Progress} for one follower and {@link
 * io.pecanraft.protocol.Quorum} for majorities; what may be said before the disk has confirmed it in {@link
 * io.pecanraft.protocol.DurabilityTracker}; what a log that has lost entries may do, and how it gets them back, in {@link
 * io.pecanraft.protocol.LogRepair} and {@link io.pecanraft.protocol.LogRefill}; how leadership is handed over in {@link
 * io.pecanraft.protocol.LeadershipTransfer};
 * how a cluster begins in {@link io.pecanraft.protocol.Forming}.
 *
 * <p>The rules that the rest rests on:
 *
 * <ol>
 *   <li>Only a leader's offers may leave before the disk. Whatever speaks of our own durable state waits for it: granted
 *       votes, acknowledgements, and RequestVote, which speaks of a term, a vote for oneself and the end of a log.
 *   <li>Term, vote and entries go to the log in one ordered queue: at most one {@link io.pecanraft.protocol.Effect.Persist}
 *       a turn, tickets strictly increase and are confirmed cumulatively.
 *   <li>A held message whose ground has moved is dropped; the peer will ask again.
 *   <li>Entries are applied up to the smaller of what is committed and what is durable here, so a state machine that
 *       persists itself is never ahead of its own log.
 *   <li>A configuration is in force when appended, and no longer when truncated (thesis §4.1).
 *   <li>Nothing here throws for what a peer says. What the server believes about itself it asserts, always.
 * </ol>
 *
 * <p>Imports {@code java.util}, {@code java.nio.ByteBuffer}, {@code io.pecanraft.model} and JSpecify; a test enforces it. One
 * thread at a time calls a {@code Raft}.
 */
@NullMarked
package io.pecanraft.protocol;

import org.jspecify.annotations.NullMarked;
