package io.pecanraft.log.chronicle;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.Storage;
import io.pecanraft.testkit.disk.PowerCutDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The storage of a server whose flushes go to a disk that is played. Here, since only this package sees them. */
public final class StorageOnPowerCutDisk {

    private StorageOnPowerCutDisk() {}

    /** As a server opens it. */
    public static Storage open(PowerCutDisk disk, ClusterId cluster, NodeId node, ChronicleStorageConfig config) {
        return ChronicleStorage.open(disk.root(), cluster, GroupId.DEFAULT, node, config, new Barrier() {
            @Override
            public void force(FileChannel channel, Path file) throws IOException {
                disk.flush(file);
            }

            @Override
            public void forceDirectory(Path directory) throws IOException {
                disk.flushDirectory(directory);
            }
        });
    }
}
