package io.pecanraft.testkit.sim;

import io.pecanraft.spi.Storage;
import io.pecanraft.testkit.contract.SnapshotStoreContract;

class SimulatedSnapshotStoreTest extends SnapshotStoreContract {

    private final SimulatedDisk disk = new SimulatedDisk();

    @Override
    protected Storage openStorage() {
        return disk.open();
    }

    @Override
    protected boolean runNextEvent() {
        return disk.runNextEvent();
    }
}
