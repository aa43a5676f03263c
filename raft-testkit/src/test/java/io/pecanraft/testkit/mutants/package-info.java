/**
 * Known bugs of the protocol and its driver, each of which the simulator must find: a {@link io.pecanraft.testkit.mutants.Mutant}
 * is a text file under {@code src/test/resources/mutants}. How they get into the library: {@link io.pecanraft.testkit.mutation}.
 */
package io.pecanraft.testkit.mutants;
