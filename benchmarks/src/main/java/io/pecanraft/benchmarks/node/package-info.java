/** Whole nodes in one process, for JMH: the way of a command without network and disk. */
@NullMarked
package io.pecanraft.benchmarks.node;

import org.jspecify.annotations.NullMarked;
