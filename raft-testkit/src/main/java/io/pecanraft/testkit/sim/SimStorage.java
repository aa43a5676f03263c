package io.pecanraft.testkit.sim;

import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageIdentity;

/** One process's hold on a disk. */
final class SimStorage implements Storage {

    private final SimDisk disk;
    private final SimProcess process;
    private final SimLog log;
    private final SimSnapshotStore snapshots;
    private boolean closed;

    SimStorage(SimDisk disk, SimProcess process) {
        this.disk = disk;
        this.process = process;
        this.log = new SimLog(disk, process);
        this.snapshots = new SimSnapshotStore(disk);
    }

    boolean isOpen() {
        return !closed && process.alive();
    }

    @Override
    public StorageIdentity identity() {
        return disk.identity();
    }

    @Override
    public SimLog log() {
        return log;
    }

    @Override
    public SnapshotStore snapshots() {
        return snapshots;
    }

    @Override
    public void close() {
        closed = true;
        log.close();
    }
}
