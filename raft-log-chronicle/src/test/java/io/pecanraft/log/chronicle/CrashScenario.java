package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.PowerCutDisk.Crash;
import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One seed: a storage is written to, crashes at some flush, is recovered from what is left, is written to again, and so on; after
 * every crash what was acknowledged must be there and what was removed must not.
 */
final class CrashScenario {

    private static final int LIVES = 5;

    private final boolean powerMayFail;
    private final Random random;
    private final Path directory;
    private final ChronicleStorageConfig config;

    private volatile LogModel model = new LogModel();
    private volatile long snapshotIndex;
    private final List<StorageException> failures = new CopyOnWriteArrayList<>();
    private long ticket;
    private int crashes;

    CrashScenario(long seed, Path directory, ChronicleStorageConfig config) {
        this.powerMayFail = config.durability() == Durability.POWER_LOSS;
        this.random = new Random(seed);
        this.directory = directory;
        this.config = config;
    }

    /** What was on the disk and what was acknowledged, at one moment. */
    private record Remains(PowerCutDisk disk, LogModel model, long snapshotIndex, Crash crash) {}

    /** Returns how many crashes were survived. */
    int run() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(directory.resolve("0"));
        for (int life = 0; life < LIVES; life++) {
            Remains remains = live(disk);
            disk.close();
            disk = remains.disk();
            model = remains.model();
            snapshotIndex = remains.snapshotIndex();
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
        disk.observe(at -> {
            if (barriers.getAndIncrement() == strikesAt && !crashed.isDone()) {
                crashed.complete(remains(at, next, crashRandom));
            }
        });
        try (ChronicleStorage storage =
                ChronicleStorage.open(disk.root(), TestLog.CLUSTER, GroupId.DEFAULT, TestLog.NODE, config, disk)) {
            RecoveredLog recovered = storage.log().recover();
            check(disk, storage, recovered);
            storage.log().start(new Acknowledging());
            catchUpWithSnapshot(storage);
            for (int i = 0; i < 400 && !crashed.isDone(); i++) {
                act(storage);
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
        LogModel held = model;
        held.hold();
        long snapshot = snapshotIndex;
        PowerCutDisk copy = disk.crash(crash, target, crashRandom);
        return new Remains(copy, held.release(), snapshot, crash);
    }

    private void check(PowerCutDisk disk, ChronicleStorage storage, RecoveredLog recovered) throws IOException {
        List<LogEntry> entries = recovered.lastIndex() == recovered.base().index()
                ? List.of()
                : storage.log()
                        .read(recovered.base().index() + 1, recovered.lastIndex() + 1, Integer.MAX_VALUE)
                        .join();
        LogModel.State state = new LogModel.State(recovered.hardState(), recovered.base(), entries);
        if (!model.allows(state)) {
            throw new AssertionError(
                    "after crash " + crashes + " the log holds " + recovered + ", but it should be one " + model);
        }
        Optional<SnapshotMeta> latest = storage.snapshots().latest();
        long index = latest.map(SnapshotMeta::lastIncludedIndex).orElse(0L);
        if (index < snapshotIndex) {
            throw new AssertionError("the snapshot at " + snapshotIndex + " is lost, there is one at " + index);
        }
        if (latest.isPresent()) {
            try (SnapshotStore.Reader reader = storage.snapshots().open(latest.get())) {
                String text = new String(reader.stream().readAllBytes(), StandardCharsets.UTF_8);
                if (!text.startsWith("state at " + index)) {
                    throw new AssertionError("the snapshot at " + index + " holds: " + text);
                }
            }
        }
        // Not while a copy is being made: that belongs to the model before.
        synchronized (disk) {
            snapshotIndex = index;
            model = LogModel.startingAt(state);
        }
    }

    /** A crash between a received snapshot and the reset: the reset is made up for. */
    private void catchUpWithSnapshot(ChronicleStorage storage) {
        Optional<SnapshotMeta> latest = storage.snapshots().latest();
        if (latest.isPresent()
                && latest.get().lastIncludedIndex() > model.last().lastIndex()) {
            EntryId id = latest.get().lastIncluded();
            long term = Math.max(id.term(), model.last().hardState().currentTerm());
            write(storage, new HardState(term, null), id, 0, List.of());
        }
    }

    private void act(ChronicleStorage storage) throws IOException {
        LogModel.State state = model.last();
        long term = Math.max(1, state.hardState().currentTerm());
        switch (random.nextInt(20)) {
            case 0 -> write(storage, new HardState(term + 1, null), null, 0, List.of());
            case 1 -> write(storage, new HardState(term + 1, voter()), null, 0, List.of());
            case 2, 3 -> {
                if (state.lastIndex() > Math.max(snapshotIndex, state.base().index())) {
                    long floor = Math.max(snapshotIndex, state.base().index());
                    long from = floor + 1 + random.nextInt(Math.toIntExact(state.lastIndex() - floor));
                    write(storage, new HardState(term + 1, null), null, from, entries(from, term + 1));
                }
            }
            case 4 -> {
                long to = state.lastIndex() + 1 + random.nextInt(20);
                if (state.hardState().currentTerm() > 0 && random.nextBoolean()) {
                    snapshot(storage, new EntryId(term, to));
                    write(
                            storage,
                            null,
                            new EntryId(term, to),
                            0,
                            random.nextBoolean() ? entries(to + 1, term) : List.of());
                }
            }
            case 5 -> {
                // Only what is certainly durable may be compacted.
                long through = model.certainIndex();
                if (through > snapshotIndex) {
                    snapshot(storage, idAt(state, through));
                    storage.log().compact(through - random.nextInt(5));
                }
            }
            default -> {
                if (state.hardState().currentTerm() == 0) {
                    write(storage, new HardState(1, null), null, 0, List.of());
                } else {
                    write(storage, null, null, 0, entries(state.lastIndex() + 1, term));
                }
            }
        }
    }

    private static EntryId idAt(LogModel.State state, long index) {
        return state.entries()
                .get(Math.toIntExact(index - state.base().index() - 1))
                .id();
    }

    private void write(
            ChronicleStorage storage,
            @Nullable HardState hardState,
            @Nullable EntryId resetTo,
            long truncateFrom,
            List<LogEntry> entries) {
        LogWrite write = new LogWrite(++ticket, hardState, null, resetTo, truncateFrom, entries);
        model.write(write);
        storage.log().write(write);
    }

    private void snapshot(ChronicleStorage storage, EntryId id) throws IOException {
        try (SnapshotStore.Writer writer = storage.snapshots().begin(id, TestLog.MEMBERSHIP, 1)) {
            byte[] data =
                    ("state at " + id.index() + " ".repeat(random.nextInt(20_000))).getBytes(StandardCharsets.UTF_8);
            writer.stream().write(data);
            writer.commit();
        }
        snapshotIndex = id.index();
    }

    private List<LogEntry> entries(long fromIndex, long term) {
        List<LogEntry> entries = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 60 : 6);
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[random.nextInt(random.nextInt(8) == 0 ? 3000 : 200)];
            random.nextBytes(payload);
            entries.add(new LogEntry(fromIndex + i, term, ticket, EntryType.COMMAND, ByteBuffer.wrap(payload)));
        }
        return entries;
    }

    private MemberId voter() {
        return new MemberId(NodeId.of("n" + random.nextInt(3)), new Incarnation(random.nextLong(), 7));
    }

    private final class Acknowledging implements RaftLog.Listener {
        private final LogModel acknowledged = model;

        @Override
        public void onDurable(long durableTicket, long forceNanos, int writes) {
            acknowledged.durable(durableTicket);
        }

        @Override
        public void onFailure(StorageException failure) {
            failures.add(failure);
        }
    }
}
