/**
 * A lean way from the client to a replicated map, the same for every system that is embedded: binary frames over one TCP connection
 * to each server that leads a group, pipelined, answered in any order.
 *
 * <pre>
 *   request   int length of what follows | int id | byte operation | short group | a {@link io.pecanraft.benchmarks.system.Put}, or a key
 *   reply     int id | byte status, of a read that was done followed by int length | value
 * </pre>
 *
 * <p>Beside what is measured, a front can be asked how its server is, and for a snapshot ({@link io.pecanraft.benchmarks.front.FrontCall}).
 *
 * <p>Requests that arrive together are read together, and what is answered meanwhile is written together, so that the front costs
 * little beside what is measured.
 */
@NullMarked
package io.pecanraft.benchmarks.front;

import org.jspecify.annotations.NullMarked;
