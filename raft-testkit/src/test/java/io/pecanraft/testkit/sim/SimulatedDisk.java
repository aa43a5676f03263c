package io.pecanraft.testkit.sim;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageIdentity;

/** A disk of the simulator without a cluster around it, on which one process after another opens its storage. */
final class SimulatedDisk implements DiskObserver {

    private final SimRandom random = SimRandom.stream(1, "contract");
    private final SimScheduler scheduler = new SimScheduler(random);
    private final Verdict verdict = new Verdict();
    private final LogMatching matching = new LogMatching(verdict);
    private SimDisk disk = new SimDisk(
            scheduler,
            random,
            new Trace(scheduler),
            verdict,
            matching,
            this,
            0,
            new StorageIdentity(
                    ClusterId.fromName("contract"), GroupId.DEFAULT, NodeId.of("n1"), new Incarnation(1, 1)),
            DiskProfile.FAST);

    Storage open() {
        if (disk.isCondemned()) {
            disk = disk.successor();
        }
        return disk.open(new SimProcess(scheduler, verdict, 0, random, 0, 0));
    }

    /** Runs what happens next, and fails when the simulator found fault with it. */
    boolean runNextEvent() {
        boolean ran = scheduler.runNext(Long.MAX_VALUE);
        verdict.finding().ifPresent(finding -> {
            throw new AssertionError(finding.toString());
        });
        return ran;
    }

    /** The simulator knows every entry that was ever written, and would not let a log go on after any other. */
    void anotherServerHas(EntryId entry) {
        if (!matching.exists(entry)) {
            matching.written(0, entry, entry.index());
        }
    }

    @Override
    public void written(SimDisk written, LogWrite write) {}

    @Override
    public void durable(SimDisk flushed) {}

    @Override
    public void rolledBack(SimDisk putBack) {}

    @Override
    public void condemned(SimDisk givenUp) {}

    @Override
    public void snapshotStored(SimDisk stored) {}
}
