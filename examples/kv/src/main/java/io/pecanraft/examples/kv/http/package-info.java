/**
 * The port for supervisors: whether the node is alive and ready, and what it measures, over HTTP.
 *
 * <p>{@link io.pecanraft.examples.kv.http.HttpPort} is the server, on the JDK's own; {@link
 * io.pecanraft.examples.kv.http.Measurements} what it gives to Prometheus. Knows the Raft node and nothing of RESP but its counters.
 */
@NullMarked
package io.pecanraft.examples.kv.http;

import org.jspecify.annotations.NullMarked;
