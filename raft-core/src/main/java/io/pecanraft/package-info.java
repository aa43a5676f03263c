/**
 * The API of PecanRaft: what you call.
 *
 * <p>{@link io.pecanraft.RaftNode} is one server of one Raft group: propose commands, read, look at its status. It is made by
 * {@link io.pecanraft.RaftNode#builder()} from a state machine, a storage, a transport and a {@link
 * io.pecanraft.RaftConfig}. Nothing here blocks but {@code close()}; results are futures, and every failure is a {@link
 * io.pecanraft.RaftException} that says whether the operation may have taken effect.
 *
 * <p>Imports {@code io.pecanraft.model}, {@code io.pecanraft.spi} and {@code io.pecanraft.statemachine}; never the protocol
 * or its driver, with one exception that {@link io.pecanraft.RaftNode#builder()} explains.
 */
@NullMarked
package io.pecanraft;

import org.jspecify.annotations.NullMarked;
