/**
 * What may be plugged into PecanRaft: storage, transport, executor, metrics.
 *
 * <p>The core brings none of these, only the contracts. {@link io.pecanraft.spi.RaftLog} is the strictest of them: what it
 * calls durable, the protocol promises to others. {@link io.pecanraft.spi.Transport} may lose, repeat and reorder.
 * {@link io.pecanraft.spi.RaftExecutor} is the only source of time and turns, which is what makes a whole cluster
 * simulable in one thread. Imports {@code io.pecanraft.model} and nothing else of the library.
 */
@NullMarked
package io.pecanraft.spi;

import org.jspecify.annotations.NullMarked;
