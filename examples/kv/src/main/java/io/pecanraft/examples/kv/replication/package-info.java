/**
 * From the operations of one client connection to commands of the Raft node, and back.
 *
 * <p>{@link io.pecanraft.examples.kv.replication.OperationPipeline} keeps the order that the client sent: it has one command
 * or query under way at a time and gathers what arrives meanwhile into the next, so a pipelining client pays one round for
 * a whole batch. {@link io.pecanraft.examples.kv.replication.HeldCall} carries one of them through elections: no client
 * tries again by itself, so the server does, as long as that cannot do anything twice and not for ever.
 *
 * <p>Threads: everything happens on the {@link io.pecanraft.examples.kv.replication.EventThread} of the connection. The Raft
 * node answers on a thread of its own, which only passes the answer on.
 */
@NullMarked
package io.pecanraft.examples.kv.replication;

import org.jspecify.annotations.NullMarked;
