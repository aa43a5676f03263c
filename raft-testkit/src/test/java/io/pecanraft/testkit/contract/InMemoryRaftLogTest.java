package io.pecanraft.testkit.contract;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.testkit.InMemoryStorage;
import org.jspecify.annotations.Nullable;

class InMemoryRaftLogTest extends RaftLogContract {

    private final Reopening storage = new Reopening();

    @Override
    protected Storage openStorage() {
        return storage.open();
    }

    /** The storage of one test. */
    static final class Reopening {
        private @Nullable InMemoryStorage last;

        Storage open() {
            last = last == null
                    ? new InMemoryStorage(new StorageIdentity(
                            ClusterId.fromName("contract"),
                            GroupId.DEFAULT,
                            NodeId.of("n1"),
                            InMemoryStorage.randomIncarnation()))
                    : last.reopen();
            return last;
        }
    }
}
