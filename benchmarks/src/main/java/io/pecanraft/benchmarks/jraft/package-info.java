/** SOFAJRaft on its default storage, RocksDB, and its default transport, Bolt. */
@NullMarked
package io.pecanraft.benchmarks.jraft;

import org.jspecify.annotations.NullMarked;
