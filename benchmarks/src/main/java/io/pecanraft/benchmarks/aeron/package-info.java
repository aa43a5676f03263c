/**
 * Aeron Cluster, put together as its tutorial does: media driver, archive, consensus module and service in one process, and a client of
 * its own with a media driver of its own, since it offers no way to be embedded behind a front.
 */
@NullMarked
package io.pecanraft.benchmarks.aeron;

import org.jspecify.annotations.NullMarked;
