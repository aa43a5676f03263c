/**
 * What is replicated: a map from bytes to bytes, and the operations on it.
 *
 * <p>Read {@link io.pecanraft.examples.kv.store.Operation} for what can be asked, {@link
 * io.pecanraft.examples.kv.store.KvStateMachine} for how the library calls it, and {@link
 * io.pecanraft.examples.kv.store.SnapshotableMap} for how a state of any size is frozen in constant time.
 *
 * <p>A command in the log is a list of operations; its reply is a list of results. Everything that decides about state is
 * in here, depends on the commands alone, and knows neither RESP nor sockets. Limits that change results are constants of
 * {@link io.pecanraft.examples.kv.store.Limits}, not settings: two servers with different settings would diverge.
 *
 * <p>Threads: the state machine is called by one thread at a time; values ({@link io.pecanraft.examples.kv.store.Bytes},
 * operations, results) are immutable.
 */
@NullMarked
package io.pecanraft.examples.kv.store;

import org.jspecify.annotations.NullMarked;
