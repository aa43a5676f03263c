/**
 * Gives what a node measures to a Micrometer registry, and so to Prometheus, OpenTelemetry and the rest.
 *
 * <p>{@link io.pecanraft.metrics.micrometer.MicrometerMetrics} is the whole of it: hand it to the node's builder. What each meter means,
 * and what to do about it, is in {@code docs/metrics.md}.
 */
@NullMarked
package io.pecanraft.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
