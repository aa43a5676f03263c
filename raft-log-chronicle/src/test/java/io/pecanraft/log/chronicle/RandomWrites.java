package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Random legal writes to a storage, and the ledger of what was written and acknowledged, against which anything recovered is
 * compared.
 */
final class RandomWrites {

    private final Random random;
    /** Such that segments are soon full, removed, and used again. */
    private final boolean mostAreLong;

    private volatile LogModel model = new LogModel();
    /** Of the newest snapshot whose commit has returned. */
    private volatile long snapshotIndex;

    private long ticket;

    RandomWrites(Random random) {
        this.random = random;
        this.mostAreLong = random.nextInt(4) == 0;
    }

    /** The same knowledge of a storage, for other writes to a copy of it. */
    static RandomWrites goingOnFrom(Ledger ledger, Random random) {
        RandomWrites writes = new RandomWrites(random);
        writes.takeUp(ledger);
        return writes;
    }

    /** What must be there after a crash, at one moment. */
    record Ledger(LogModel model, long snapshotIndex) {

        /** Fails when a recovered storage lacks what was acknowledged or holds what never was. */
        LogModel.State check(Storage storage, RecoveredLog recovered) throws IOException {
            if (!recovered.repair().equals(RepairMarker.NONE)) {
                throw new AssertionError("a crash was taken for damage: " + recovered);
            }
            List<LogEntry> entries = recovered.lastIndex() == recovered.base().index()
                    ? List.of()
                    : storage.log()
                            .read(recovered.base().index() + 1, recovered.lastIndex() + 1, Integer.MAX_VALUE)
                            .join();
            LogModel.State state =
                    new LogModel.State(recovered.hardState(), recovered.formation(), recovered.base(), entries);
            if (!model.allows(state)) {
                throw new AssertionError(
                        "the log holds " + recovered + ", but it should be one " + model + model.differences(state));
            }
            checkSnapshot(storage.snapshots());
            return state;
        }

        private void checkSnapshot(SnapshotStore snapshots) throws IOException {
            Optional<SnapshotMeta> latest = snapshots.latest();
            long index = latest.map(SnapshotMeta::lastIncludedIndex).orElse(0L);
            if (index < snapshotIndex) {
                throw new AssertionError("the snapshot at " + snapshotIndex + " is lost, there is one at " + index);
            }
            if (latest.isPresent()) {
                try (SnapshotStore.Reader reader = snapshots.open(latest.get())) {
                    String text = new String(reader.stream().readAllBytes(), StandardCharsets.UTF_8);
                    if (!text.startsWith("state at " + index + " ")) {
                        throw new AssertionError("the snapshot at " + index + " holds: " + text);
                    }
                }
            }
        }
    }

    LogModel model() {
        return model;
    }

    long snapshotIndex() {
        return snapshotIndex;
    }

    /** The ticket of the last write. */
    long ticket() {
        return ticket;
    }

    /** A copy of what is known now. Nothing is written meanwhile; what is acknowledged meanwhile may or may not be in it. */
    Ledger ledger() {
        long snapshot = snapshotIndex;
        return new Ledger(model.copy(), snapshot);
    }

    void takeUp(Ledger ledger) {
        snapshotIndex = ledger.snapshotIndex();
        model = ledger.model();
    }

    /** A storage was recovered to this, which is now the past. */
    void takeUp(LogModel.State state, Storage storage) {
        snapshotIndex = storage.snapshots()
                .latest()
                .map(SnapshotMeta::lastIncludedIndex)
                .orElse(0L);
        model = LogModel.startingAt(state);
    }

    /** A crash between a received snapshot and the reset: the reset is made up for, as the library would. */
    void catchUpWithSnapshot(Storage storage) {
        Optional<SnapshotMeta> latest = storage.snapshots().latest();
        if (latest.isPresent()
                && latest.get().lastIncludedIndex() > model.last().lastIndex()) {
            EntryId id = latest.get().lastIncluded();
            long term = Math.max(id.term(), model.last().hardState().currentTerm());
            write(storage, new HardState(term, null), null, id, 0, List.of());
        }
    }

    /** Does one thing. */
    void act(Storage storage) throws IOException {
        LogModel.State state = model.last();
        long term = Math.max(1, state.hardState().currentTerm());
        switch (random.nextInt(20)) {
            case 0 -> write(storage, new HardState(term + 1, null), null, null, 0, List.of());
            case 1 -> write(storage, new HardState(term + 1, voter()), null, null, 0, List.of());
            case 2, 3 -> {
                long floor = Math.max(snapshotIndex, state.base().index());
                if (state.lastIndex() > floor) {
                    long from = floor + 1 + random.nextInt(Math.toIntExact(state.lastIndex() - floor));
                    write(storage, new HardState(term + 1, null), null, null, from, entries(from, term + 1));
                }
            }
            case 4 -> {
                long to = state.lastIndex() + 1 + random.nextInt(20);
                if (state.hardState().currentTerm() > 0 && random.nextBoolean()) {
                    EntryId base = new EntryId(term, to);
                    snapshot(storage, base);
                    write(storage, null, null, base, 0, random.nextBoolean() ? entries(to + 1, term) : List.of());
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
            case 6 -> {
                boolean formed = state.formation().isPresent();
                if (!formed || !state.formation().get().formed()) {
                    write(storage, null, new FormationRecord(TestLog.MEMBERSHIP, formed), null, 0, List.of());
                }
            }
            default -> {
                HardState first = state.hardState().currentTerm() == 0 ? new HardState(1, null) : null;
                write(storage, first, null, null, 0, entries(state.lastIndex() + 1, term));
            }
        }
    }

    private static EntryId idAt(LogModel.State state, long index) {
        return state.entries()
                .get(Math.toIntExact(index - state.base().index() - 1))
                .id();
    }

    private void write(
            Storage storage,
            @Nullable HardState hardState,
            @Nullable FormationRecord formation,
            @Nullable EntryId resetTo,
            long truncateFrom,
            List<LogEntry> entries) {
        LogWrite write = new LogWrite(++ticket, hardState, formation, resetTo, truncateFrom, entries);
        model.write(write);
        storage.log().write(write);
    }

    private void snapshot(Storage storage, EntryId id) throws IOException {
        try (SnapshotStore.Writer writer = storage.snapshots().begin(id, TestLog.MEMBERSHIP, 1)) {
            String state = "state at " + id.index() + " " + "x".repeat(random.nextInt(20_000));
            writer.stream().write(state.getBytes(StandardCharsets.UTF_8));
            writer.commit();
        }
        snapshotIndex = id.index();
    }

    private List<LogEntry> entries(long fromIndex, long term) {
        List<LogEntry> entries = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 60 : 6);
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[random.nextInt(mostAreLong || random.nextInt(8) == 0 ? 3000 : 200)];
            random.nextBytes(payload);
            entries.add(new LogEntry(fromIndex + i, term, ticket, EntryType.COMMAND, ByteBuffer.wrap(payload)));
        }
        return entries;
    }

    private MemberId voter() {
        return new MemberId(NodeId.of("n" + random.nextInt(3)), new Incarnation(random.nextLong(), 7));
    }
}
