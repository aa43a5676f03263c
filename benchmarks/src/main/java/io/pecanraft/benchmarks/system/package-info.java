/**
 * What all systems have in common: the state machine, its one command, and what a system has to offer to be measured. Depends on
 * no system.
 */
@NullMarked
package io.pecanraft.benchmarks.system;

import org.jspecify.annotations.NullMarked;
