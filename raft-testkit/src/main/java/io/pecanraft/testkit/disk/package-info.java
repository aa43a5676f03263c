/**
 * Crashes of what is written to a disk. A {@link io.pecanraft.testkit.disk.PowerCutDisk} is told what is flushed, and makes directories as the death
 * of the process or a loss of power leaves them; a {@link io.pecanraft.testkit.disk.DiskMoment} makes all of them, one for each subset of what was
 * not flushed. The log of this project is tested with it, and so can a state machine be that keeps its state on disk: write, take
 * images, open each, and compare with what was promised.
 */
@NullMarked
package io.pecanraft.testkit.disk;

import org.jspecify.annotations.NullMarked;
