package io.pecanraft.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.testkit.sim.LogImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A random sequence of legal writes, reads, compactions and restarts, after each of which the log must equal its model. */
final class RandomLogStory {

    private static final int LIVES = 4;
    private static final int STEPS = 60;

    private final StorageContract contract;

    private final Random random;
    private final LogImage model = new LogImage();
    private long snapshotIndex;
    private long lastTicket;

    RandomLogStory(StorageContract contract, long seed) {
        this.contract = contract;
        this.random = new Random(seed);
    }

    void tell() throws Exception {
        for (int life = 0; life < LIVES; life++) {
            try (OpenStorage log = contract.open()) {
                lastTicket = 0;
                takeUp(log);
                for (int step = 0; step < STEPS; step++) {
                    act(log);
                }
                compareRandomRange(log);
            }
        }
    }

    private void takeUp(OpenStorage log) {
        EntryId base = log.recovered.base();
        assertThat(base.index())
                .isBetween(
                        model.base().index(),
                        Math.max(snapshotIndex, model.base().index()));
        model.compact(base.index());
        assertThat(log.recovered).isEqualTo(model.recovered());
        assertThat(log.readRecovered())
                .isEqualTo(model.read(base.index() + 1, model.lastIndex() + 1, Integer.MAX_VALUE));
    }

    private void act(OpenStorage log) throws Exception {
        long term = Math.max(1, model.hardState().currentTerm());
        long last = model.lastIndex();
        switch (random.nextInt(12)) {
            case 0 -> write(log, new HardState(term + 1, voter()), null, null, 0, List.of());
            case 1 -> write(log, new HardState(term + 1, null), null, null, 0, newEntries(last + 1, term + 1));
            case 2 -> {
                long lowest = Math.max(model.base().index(), snapshotIndex) + 1;
                if (last >= lowest) {
                    long from = lowest + random.nextInt(Math.toIntExact(last - lowest + 1));
                    write(log, new HardState(term + 1, null), null, null, from, newEntries(from, term + 1));
                }
            }
            case 3 -> {
                EntryId base = new EntryId(term, last + 1 + random.nextInt(30));
                if (model.hardState().currentTerm() > 0 && random.nextInt(3) == 0) {
                    snapshot(log, base);
                    contract.anotherServerHas(base);
                    write(
                            log,
                            null,
                            null,
                            base,
                            0,
                            random.nextBoolean() ? newEntries(base.index() + 1, term) : List.of());
                }
            }
            case 4 -> {
                if (last > Math.max(snapshotIndex, model.base().index())) {
                    snapshot(log, model.lastId());
                    log.storage.log().compact(last - random.nextInt(5));
                }
            }
            case 5 -> write(log, null, formation(), null, 0, List.of());
            case 6 -> compareRandomRange(log);
            default -> {
                HardState initial = model.hardState().currentTerm() == 0 ? new HardState(1, null) : null;
                write(log, initial, null, null, 0, newEntries(last + 1, term));
            }
        }
    }

    private void write(
            OpenStorage log,
            @Nullable HardState hardState,
            @Nullable FormationRecord formation,
            @Nullable EntryId resetTo,
            long truncateFrom,
            List<LogEntry> entries) {
        LogWrite write = new LogWrite(1, hardState, formation, resetTo, truncateFrom, entries);
        model.apply(write, LogImage.steps(write), base -> 0);
        long ticket = log.submit(hardState, formation, resetTo, truncateFrom, entries);
        if (random.nextInt(3) == 0) {
            log.await(ticket);
        }
        lastTicket = ticket;
    }

    private void snapshot(OpenStorage log, EntryId id) throws Exception {
        log.await(lastTicket);
        log.snapshot(id, "state at " + id);
        snapshotIndex = id.index();
    }

    private void compareRandomRange(OpenStorage log) {
        log.await(lastTicket);
        long lowest = Math.max(model.base().index(), snapshotIndex) + 1;
        if (model.lastIndex() >= lowest) {
            long from = lowest + random.nextInt(Math.toIntExact(model.lastIndex() - lowest + 1));
            long to = from + 1 + random.nextInt(50);
            int maxBytes = random.nextInt(2_000);
            assertThat(log.read(from, to, maxBytes)).isEqualTo(model.read(from, to, maxBytes));
        }
    }

    private List<LogEntry> newEntries(long fromIndex, long term) {
        List<LogEntry> entries = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 60 : 6);
        for (int i = 0; i < count; i++) {
            long index = fromIndex + i;
            if (random.nextInt(30) == 0) {
                ByteBuffer membership = MembershipCodec.encode(OpenStorage.MEMBERSHIP.atIndex(index));
                entries.add(new LogEntry(index, term, index, EntryType.MEMBERSHIP, membership));
            } else {
                byte[] payload = new byte[random.nextInt(random.nextInt(8) == 0 ? 3_000 : 200)];
                random.nextBytes(payload);
                entries.add(new LogEntry(index, term, index, EntryType.COMMAND, ByteBuffer.wrap(payload)));
            }
        }
        return entries;
    }

    private MemberId voter() {
        return new MemberId(NodeId.of("n" + random.nextInt(3)), new Incarnation(random.nextLong(), 7));
    }

    private FormationRecord formation() {
        return new FormationRecord(OpenStorage.MEMBERSHIP, model.formation().isPresent());
    }
}
