/**
 * Was what the clients saw possible? A history of calls and answers is linearizable if there is an order of the operations in
 * which each lies between its call and its answer, and each answer is what one server alone would have given (Herlihy and
 * Wing, TOPLAS 1990).
 *
 * <p>Record a history with a {@link io.pecanraft.testkit.linearizability.HistoryRecorder}, say with a {@link
 * io.pecanraft.testkit.linearizability.SequentialModel} what one server does, and let a {@link
 * io.pecanraft.testkit.linearizability.LinearizabilityChecker} judge:
 *
 * <pre>{@code
 * HistoryRecorder<KeyValue.Request, KeyValue.Answer> history = HistoryRecorder.monotonic();
 * // in as many threads as one likes
 * var get = history.call("client 1", new KeyValue.Get("k"));
 * get.returned(new KeyValue.Value(client.get("k")));
 * // in the end
 * LinearizabilityChecker.of(new KeyValue()).demand(history.operations(), "my test", Path.of("target"));
 * }</pre>
 *
 * <p>The search is that of Wing and Gong (JPDC 1993) with what Lowe added (Testing for linearizability, 2017): the calls and
 * returns in a linked list out of which an operation is lifted and into which it is put back, and a memory of which
 * operations in which state have led nowhere. Keys are judged apart, since linearizability is local. Operations of unknown
 * outcome stay open to the end: they take effect when that helps, or never.
 */
@NullMarked
package io.pecanraft.testkit.linearizability;

import org.jspecify.annotations.NullMarked;
