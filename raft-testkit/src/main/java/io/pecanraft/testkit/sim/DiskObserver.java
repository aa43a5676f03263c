package io.pecanraft.testkit.sim;

import io.pecanraft.spi.LogWrite;

/** Looks at every change of a disk, right after it. */
public interface DiskObserver {

    /** A write was given to the log; {@link SimDisk#written()} shows it already. */
    void written(SimDisk disk, LogWrite write);

    /** {@link SimDisk#durable()} changed: a flush ended, or a recovery made durable what it found. */
    void durable(SimDisk disk);

    /** It was put back to an older state, with what it had promised then. */
    void rolledBack(SimDisk disk);

    /** It was given up, because its server was shown that it lacks what it had acknowledged. */
    void condemned(SimDisk disk);

    /** It failed, or lost what it had promised to keep: entries, snapshots, or the log behind those. */
    default void happened(SimDisk disk, String what) {}

    /** A snapshot became durable and the newest one. */
    void snapshotStored(SimDisk disk);
}
