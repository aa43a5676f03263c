/**
 * Who watches the watchers: known bugs, put into a library on purpose, each of which its tests must find.
 *
 * <p>A {@link io.pecanraft.testkit.mutation.SourceMutant} is a text file with the exact old and new source text, so production code
 * has no hook for it; one whose old text is gone is renewed together with the code. {@link
 * io.pecanraft.testkit.mutation.MutantLoader} compiles it in memory and loads it in front of the real class. What is run then is up
 * to the caller: seeds of the simulator, or tests by the launcher of JUnit.
 *
 * <p>Experimental: may change in any release.
 */
@NullMarked
package io.pecanraft.testkit.mutation;

import org.jspecify.annotations.NullMarked;
