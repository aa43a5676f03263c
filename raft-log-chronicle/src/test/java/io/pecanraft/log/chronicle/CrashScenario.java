package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.RandomWrites.Ledger;
import io.pecanraft.model.Durability;
import io.pecanraft.model.GroupId;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.testkit.disk.PowerCutDisk;
import io.pecanraft.testkit.disk.PowerCutDisk.Crash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One seed: a storage is written to, crashes at some flush, is recovered from what is left, is written to again, and so on; after
 * every crash what was acknowledged must be there and what was removed must not. Nothing waits for anything, so that groups are
 * as large as they come.
 */
final class CrashScenario {

    private static final int LIVES = 5;

    private final boolean powerMayFail;
    private final Random random;
    private final Path directory;
    private final ChronicleStorageConfig config;
    private final RandomWrites writes;

    private final List<StorageException> failures = new CopyOnWriteArrayList<>();
    private int crashes;

    CrashScenario(long seed, Path directory, ChronicleStorageConfig config) {
        this.powerMayFail = config.durability() == Durability.POWER_LOSS;
        this.random = new Random(seed);
        this.directory = directory;
        this.config = config;
        this.writes = new RandomWrites(random);
    }

    /** What was on the disk and what was acknowledged, at one moment. */
    private record Remains(PowerCutDisk disk, Ledger ledger) {}

    /** Returns how many crashes were survived. */
    int run() throws IOException {
        PowerCutDisk disk = PowerCutBarrier.disk(directory.resolve("0"));
        for (int life = 0; life < LIVES; life++) {
            Remains remains = live(disk);
            disk.close();
            disk = remains.disk();
            writes.takeUp(remains.ledger());
        }
        disk.close();
        return crashes;
    }

    /** From a start to a crash, which strikes at a random flush, often in the middle of recovery. */
    private Remains live(PowerCutDisk disk) throws IOException {
        CompletableFuture<Remains> crashed = new CompletableFuture<>();
        AtomicLong barriers = new AtomicLong();
        long strikesAt = random.nextInt(4) == 0 ? random.nextInt(30) : random.nextInt(120);
        Random crashRandom = new Random(random.nextLong());
        Path next = directory.resolve(Integer.toString(++crashes));
        disk.observe((at, flushing) -> {
            if (barriers.getAndIncrement() == strikesAt && !crashed.isDone()) {
                crashed.complete(remains(at, next, crashRandom));
            }
        });
        try (ChronicleStorage storage = ChronicleStorage.open(
                disk.root(), TestLog.CLUSTER, GroupId.DEFAULT, TestLog.NODE, config, new PowerCutBarrier(disk))) {
            RecoveredLog recovered = storage.log().recover();
            LogModel.State state = writes.ledger().check(storage, recovered);
            // Not while a copy is being made: that belongs to the model before.
            synchronized (disk) {
                writes.takeUp(state, storage);
            }
            storage.log().start(new Acknowledging(writes.model()));
            writes.catchUpWithSnapshot(storage);
            for (int i = 0; i < 400 && !crashed.isDone(); i++) {
                writes.act(storage);
            }
            synchronized (disk) {
                if (!crashed.isDone()) {
                    crashed.complete(remains(disk, next, crashRandom));
                }
            }
            disk.observe(null);
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return crashed.join();
    }

    private Remains remains(PowerCutDisk disk, Path target, Random crashRandom) throws IOException {
        Crash crash = powerMayFail && crashRandom.nextInt(3) != 0 ? Crash.POWER_FAILS : Crash.PROCESS_DIES;
        // Other threads go on meanwhile. What was acknowledged before must be there; what is written until
        // the copy is made may be there.
        LogModel held = writes.model();
        held.hold();
        long snapshot = writes.snapshotIndex();
        PowerCutDisk copy = disk.crash(crash, target, crashRandom);
        return new Remains(copy, new Ledger(held.release(), snapshot));
    }

    private final class Acknowledging implements RaftLog.Listener {
        private final LogModel acknowledged;

        Acknowledging(LogModel acknowledged) {
            this.acknowledged = acknowledged;
        }

        @Override
        public void onDurable(long durableTicket, long forceNanos, int writesInGroup) {
            acknowledged.durable(durableTicket);
        }

        @Override
        public void onFailure(StorageException failure) {
            failures.add(failure);
        }
    }
}
