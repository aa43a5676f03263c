package io.pecanraft.log.chronicle;

import io.pecanraft.model.GroupId;
import io.pecanraft.spi.Storage;
import io.pecanraft.testkit.contract.RaftLogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

// tag::contract
class ChronicleRaftLogContractTest extends RaftLogContract {

    @TempDir
    Path directory;

    @Override
    protected Storage openStorage() {
        return ChronicleStorage.open(
                directory, TestLog.CLUSTER, GroupId.DEFAULT, TestLog.NODE, TestLog.smallSegments());
    }
}
// end::contract
