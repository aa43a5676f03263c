/**
 * A lean way from the client to a replicated map, the same for every system that is embedded: binary frames over one TCP connection,
 * pipelined, answered in any order.
 *
 * <pre>
 *   request   int length of what follows | int id | byte operation | a {@link io.pecanraft.benchmarks.system.Put}, or the key to be read
 *   reply     int id | byte status, of a read that was done followed by int length | value
 * </pre>
 *
 * <p>Requests that arrive together are read together, and what is answered meanwhile is written together, so that the front costs
 * little beside what is measured.
 */
@NullMarked
package io.pecanraft.benchmarks.front;

import org.jspecify.annotations.NullMarked;
