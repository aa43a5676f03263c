package io.pecanraft.testkit.sim;

import io.pecanraft.model.EntryId;
import io.pecanraft.spi.Storage;
import io.pecanraft.testkit.contract.RaftLogContract;

class SimulatedRaftLogTest extends RaftLogContract {

    private final SimulatedDisk disk = new SimulatedDisk();

    @Override
    protected Storage openStorage() {
        return disk.open();
    }

    @Override
    protected boolean runNextEvent() {
        return disk.runNextEvent();
    }

    @Override
    protected void anotherServerHas(EntryId entry) {
        disk.anotherServerHas(entry);
    }
}
