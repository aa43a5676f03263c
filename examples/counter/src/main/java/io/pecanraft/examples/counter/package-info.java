/**
 * The quick start of the README: a counter that survives the loss of a minority of its servers.
 *
 * <p>{@link io.pecanraft.examples.counter.Counter} is the whole state machine, and the server of it.
 */
@NullMarked
package io.pecanraft.examples.counter;

import org.jspecify.annotations.NullMarked;
