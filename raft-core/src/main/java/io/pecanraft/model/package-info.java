/**
 * The nouns of the Raft paper, as immutable values.
 *
 * <p>Everything here is a record or a sealed family of records that checks itself when constructed; nothing here has
 * behaviour beyond that. The three to read first: {@link io.pecanraft.model.LogEntry}, the unit of the log;
 * {@link io.pecanraft.model.Membership}, who counts; {@link io.pecanraft.model.RaftMessage}, what servers say to each
 * other. Imports nothing of the rest of the library. Safe on any thread.
 */
@NullMarked
package io.pecanraft.model;

import org.jspecify.annotations.NullMarked;
