/**
 * The command line of the simulator, {@code raft-testkit/sim}: {@code run} many seeds, {@code replay} one as a picture, {@code
 * shrink} one that fails, and {@code mutants} to see that the checkers are alive. Part of the tests, so that who uses the
 * testkit as a library gets no command line with it.
 */
package io.pecanraft.testkit.cli;
