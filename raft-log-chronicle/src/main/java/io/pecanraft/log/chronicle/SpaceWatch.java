package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;

/** Is told when the disk runs short of room, and when there is room again. */
interface SpaceWatch {

    /** The next segment would leave less than the reserve. Nothing has failed. */
    void low(StorageException why);

    /** The next segment is laid out, and the reserve is whole. */
    void enough();
}
