package io.pecanraft.log.chronicle;

import io.pecanraft.testkit.disk.PowerCutDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Flushes to a disk that is played. */
record PowerCutBarrier(PowerCutDisk disk) implements Barrier {

    /** A disk on which storages of this module lie. */
    static PowerCutDisk disk(Path root) throws IOException {
        return new PowerCutDisk(root, PowerCutBarrier::isUnread);
    }

    /** One that holds what is in a directory, all of it flushed. */
    static PowerCutDisk diskOf(Path root) throws IOException {
        return PowerCutDisk.allFlushed(root, PowerCutBarrier::isUnread);
    }

    /** Recovery discards it without a look, or (Chronicle's table) leaves it alone. */
    private static boolean isUnread(String name) {
        return name.endsWith(DirectoryLayout.INCOMPLETE)
                || name.startsWith(DirectoryLayout.TRASH)
                || name.startsWith("metadata");
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        disk.flush(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        disk.flushDirectory(directory);
    }
}
