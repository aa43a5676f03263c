package io.pecanraft.testkit.contract;

import io.pecanraft.spi.Storage;

class InMemorySnapshotStoreTest extends SnapshotStoreContract {

    private final InMemoryRaftLogTest.Reopening storage = new InMemoryRaftLogTest.Reopening();

    @Override
    protected Storage openStorage() {
        return storage.open();
    }
}
