/** Tables and plots from a file of results. Knows the columns of that file, and nothing of how it came about. */
@NullMarked
package io.pecanraft.benchmarks.report;

import org.jspecify.annotations.NullMarked;
