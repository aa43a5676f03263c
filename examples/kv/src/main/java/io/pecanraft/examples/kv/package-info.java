/**
 * A replicated key-value store that speaks RESP: the program.
 *
 * <p>{@link io.pecanraft.examples.kv.KvMain} has these commands. {@code server} runs one node in the foreground ({@link
 * io.pecanraft.examples.kv.KvServer} puts it together: storage, transport, Raft node, RESP server). {@code cluster} runs
 * several of them as processes of this machine. {@code status} and {@code doctor} ask nodes how they are, {@code log} looks at the
 * data directory of one that does not run.
 *
 * <p>The state machine is in {@code store}, the way from a connection to the Raft node in {@code replication}, the protocol
 * in {@code resp}, and what each command means in {@code command}.
 */
@NullMarked
package io.pecanraft.examples.kv;

import org.jspecify.annotations.NullMarked;
