/**
 * Who watches the watchers: known bugs, put into the library on purpose, each of which the simulator must find.
 *
 * <p>A {@link io.pecanraft.testkit.mutants.Mutant} is a text file under {@code src/test/resources/mutants} with the exact old
 * and new source text. The changed files are compiled in memory and loaded in front of the real ones, so production code has
 * no hook for it. A mutant whose old text is gone fails the build: it is renewed together with the code.
 */
package io.pecanraft.testkit.mutants;
