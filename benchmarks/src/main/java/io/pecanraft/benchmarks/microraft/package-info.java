/**
 * MicroRaft, which is a protocol without transport and log: it gets a lean transport, and keeps everything in memory, so it marks what
 * machine and network allow. Its snapshots stay in memory too; a follower that would need one is left behind.
 */
@NullMarked
package io.pecanraft.benchmarks.microraft;

import org.jspecify.annotations.NullMarked;
