/**
 * The driver: makes the protocol's wishes real.
 *
 * <p>{@code DefaultRaftNode} puts calls into a {@code Mailbox}; {@code TurnLoop} drains it on the raft executor into {@link
 * io.pecanraft.protocol.Raft}, flushes, and lets {@code EffectRunner} carry out the effects. Disk, state machine and snapshots
 * have threads of their own and answer through the mailbox, so nothing here is shared and nothing is locked.
 *
 * <p>Not exported. Imports everything below it: the protocol, the SPI, the API.
 */
@NullMarked
package io.pecanraft.runtime;

import org.jspecify.annotations.NullMarked;
