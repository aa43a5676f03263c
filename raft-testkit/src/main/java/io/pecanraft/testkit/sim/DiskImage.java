package io.pecanraft.testkit.sim;

import io.pecanraft.testkit.sim.SimDisk.StoredSnapshot;
import java.util.List;

/** A disk at one moment: what a backup of it would hold. */
public final class DiskImage {

    private final LogImage log;
    private final List<StoredSnapshot> snapshots;

    DiskImage(LogImage log, List<StoredSnapshot> snapshots) {
        this.log = new LogImage(log);
        this.snapshots = List.copyOf(snapshots);
    }

    /** Its log, with term and vote. */
    public LogImage log() {
        return log;
    }

    List<StoredSnapshot> snapshots() {
        return snapshots;
    }
}
