/**
 * Stories of a few servers, told message by message in text files: the figures of the paper, and the bugs of other
 * implementations.
 *
 * <p>A scenario is a list of commands, each followed, indented, by what came of it. Nothing happens by itself: a message waits
 * until it is delivered, a clock stands still until it is told to go on, so a scenario says exactly what a paper's figure shows.
 * The servers are whole ones, {@code RaftNode}s on simulated disks, and all safety invariants of the simulator are checked after
 * every event besides.
 *
 * <pre>{@code
 * # §5.4.2, Figure 8
 * servers 5
 *   formed: n1 n2 n3 n4 n5
 *
 * timeout n1
 *   n1 -> n2: PreVote for term 1, last 0@0
 *   ...
 * deliver n1 -> n2 PreVote
 *   n2 -> n1: PreVoteResponse granted
 * }</pre>
 *
 * <p>Read {@link io.pecanraft.testkit.scenario.Scenario} first, which reads, runs and rewrites a file; the commands are listed in
 * {@code Script}.
 */
@NullMarked
package io.pecanraft.testkit.scenario;

import org.jspecify.annotations.NullMarked;
