/**
 * A lean way from the client to a replicated map, the same for every system that is embedded: binary frames over one TCP connection,
 * pipelined, answered in any order.
 *
 * <pre>
 *   request   int length of what follows | int id | the command, see {@link io.pecanraft.benchmarks.system.Put}
 *   reply     int id | byte status
 * </pre>
 *
 * <p>Requests that arrive together are read together, and what is answered meanwhile is written together, so that the front costs
 * little beside what is measured.
 */
@NullMarked
package io.pecanraft.benchmarks.front;

import org.jspecify.annotations.NullMarked;
