/**
 * Hostile input for decoders: your own, and the library's.
 *
 * <p>Extend {@link io.pecanraft.testkit.fuzz.HostileInputContract}: say what valid input looks like, and decode. The build then tries
 * the inputs that once were mishandled, and some thousands more that are drawn from a fixed seed. {@link
 * io.pecanraft.testkit.fuzz.CoverageGuided} hands the same class to Jazzer, which looks at what the code does with an input and so
 * gets further, for as long as one likes.
 */
@NullMarked
package io.pecanraft.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
