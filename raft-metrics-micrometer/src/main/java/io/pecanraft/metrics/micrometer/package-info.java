/**
 * Gives what a node and its transport measure to a Micrometer registry, and so to Prometheus, OpenTelemetry and the rest.
 *
 * <p>{@link io.pecanraft.metrics.micrometer.MicrometerMetrics} is for the node's builder, {@link
 * io.pecanraft.metrics.micrometer.TransportMeters} for the transport of the process. What each meter means, and what to do about it, is in
 * {@code docs/metrics.md}.
 */
@NullMarked
package io.pecanraft.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
