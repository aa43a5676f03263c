/**
 * The port for supervisors and operators: whether the node is alive and ready, what it measures, and a console to look at the cluster
 * and to change it, over HTTP.
 *
 * <p>{@link io.pecanraft.examples.kv.http.HttpPort} is the server, on the JDK's own within the limits of {@link
 * io.pecanraft.examples.kv.http.BoundedHttp}; {@link
 * io.pecanraft.examples.kv.http.Measurements} what it gives to Prometheus. The console is a page of files in the program ({@code
 * resources/console}), which asks for {@code /api/status} every second: {@link io.pecanraft.examples.kv.http.ClusterView} puts together what
 * the nodes say, {@link io.pecanraft.examples.kv.http.NodeView} what one says. {@link io.pecanraft.examples.kv.http.ConsoleActions} does
 * what {@link io.pecanraft.examples.kv.http.ConsoleGuard} lets through. Knows the Raft node and nothing of RESP but its counters.
 */
@NullMarked
package io.pecanraft.examples.kv.http;

import org.jspecify.annotations.NullMarked;
