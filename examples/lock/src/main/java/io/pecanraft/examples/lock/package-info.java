/**
 * Distributed locks, or the election of one worker among many: leases that end by themselves, and fencing tokens for what is locked.
 *
 * <p>{@link io.pecanraft.examples.lock.Locks} is the state machine, {@link io.pecanraft.examples.lock.LockClient} what a contender
 * uses, {@link io.pecanraft.examples.lock.FencedRegister} what a thing must do that is protected by a lock. {@link
 * io.pecanraft.examples.lock.LockDemo} shows all three with a holder that falls asleep.
 */
@NullMarked
package io.pecanraft.examples.lock;

import org.jspecify.annotations.NullMarked;
