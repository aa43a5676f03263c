package io.pecanraft.log.chronicle;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageException;
import io.pecanraft.testkit.disk.PowerCutDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An open storage with what it reported, so that a test can write and wait. */
final class TestLog implements AutoCloseable, RaftLog.Listener {

    static final ClusterId CLUSTER = ClusterId.fromName("test");
    static final NodeId NODE = NodeId.of("n1");
    static final Membership MEMBERSHIP =
            Membership.ofVoters(0, List.of(new Member(new MemberId(NODE, new Incarnation(1, 2)), "localhost:1")));
    static final long SMALL_SEGMENT_BYTES = 64 << 10;

    final ChronicleStorage storage;
    final RecoveredLog recovered;

    /** What was reported, in order: a ticket or a failure. */
    final BlockingQueue<Object> reports = new LinkedBlockingQueue<>();

    /** What was said about room on the disk, in order: a lack, or nothing. */
    final BlockingQueue<Optional<StorageException>> space = new LinkedBlockingQueue<>();

    /** What was found damaged in the background. */
    final BlockingQueue<StorageException> damages = new LinkedBlockingQueue<>();

    /** The groups that were reported, in order. */
    final List<Group> groups = new CopyOnWriteArrayList<>();

    /** The thread that made the last report. */
    volatile String reporter = "";

    private long ticket;
    private long durable;

    /** One flush. */
    record Group(long ticket, long forceNanos, int writes) {}

    private TestLog(ChronicleStorage storage) {
        this.storage = storage;
        try {
            this.recovered = storage.log().recover();
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
        storage.log().start(this);
    }

    static ChronicleStorageConfig smallSegments() {
        return small().build();
    }

    /** Small segments, no reserve, and a directory that may be in memory; to be changed. */
    static ChronicleStorageConfig.Builder small() {
        return ChronicleStorageConfig.builder()
                .segmentBytes(SMALL_SEGMENT_BYTES)
                .freeSpaceReserveBytes(0)
                .allowedFileSystems(Set.of("tmpfs"));
    }

    static TestLog open(Path directory) {
        return open(directory, Barrier.OPERATING_SYSTEM);
    }

    static TestLog open(Path directory, Barrier barrier) {
        return open(directory, smallSegments(), barrier);
    }

    static TestLog open(Path directory, ChronicleStorageConfig config, Barrier barrier) {
        return new TestLog(ChronicleStorage.open(directory, CLUSTER, GroupId.DEFAULT, NODE, config, barrier));
    }

    /** One of several logs that a thread writes. */
    static TestLog open(
            Path directory, GroupId group, ChronicleStorageConfig config, Barrier barrier, LogWriterThread writer) {
        return new TestLog(ChronicleStorage.open(directory, CLUSTER, group, NODE, config, barrier, writer));
    }

    static LogEntry entry(long index, long term, String payload) {
        return new LogEntry(
                index,
                term,
                1000 + index,
                EntryType.COMMAND,
                ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Leaves a directory as a killed process would: not closed, everything in the page cache. It dies when it is about to flush the
     * last entries, which are on no disk yet.
     *
     * @param live where it runs
     * @param left what it leaves
     */
    static PowerCutDisk killedWith(Path live, Path left, int flushedEntries, int unflushedEntries) throws IOException {
        return killedWith(live, left, smallSegments(), flushedEntries, unflushedEntries);
    }

    /** The same with other settings. */
    static PowerCutDisk killedWith(
            Path live, Path left, ChronicleStorageConfig config, int flushedEntries, int unflushedEntries)
            throws IOException {
        PowerCutDisk disk = PowerCutBarrier.disk(live);
        List<PowerCutDisk> remains = new ArrayList<>();
        PowerCutDisk.Observer death = (at, flushing) -> {
            // Another thread may be laying the next segment out.
            if (!flushing.toString().endsWith(DirectoryLayout.PRECREATED_FILE)
                    && !flushing.toString().endsWith(DirectoryLayout.INCOMPLETE)) {
                at.observe(null);
                remains.add(at.crash(PowerCutDisk.Crash.PROCESS_DIES, left, new Random(1)));
            }
        };
        try (TestLog log = TestLog.open(live, config, new PowerCutBarrier(disk))) {
            log.aloneInTerm(1);
            if (flushedEntries > 0) {
                log.append(entries(1, flushedEntries, 1));
            }
            if (unflushedEntries > 0) {
                disk.observe(death);
                log.append(entries(flushedEntries + 1, flushedEntries + unflushedEntries, 1));
            } else {
                death.atBarrier(disk, live);
            }
        }
        disk.close();
        return remains.get(0);
    }

    /** Consecutive entries of one term. */
    static List<LogEntry> entries(long fromIndex, long throughIndex, long term) {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = fromIndex; index <= throughIndex; index++) {
            entries.add(entry(index, term, "entry " + index + " of term " + term));
        }
        return entries;
    }

    static String text(LogEntry entry) {
        return StandardCharsets.UTF_8.decode(entry.payload().duplicate()).toString();
    }

    long submit(
            @Nullable HardState hardState,
            @Nullable FormationRecord formation,
            @Nullable EntryId resetTo,
            long truncateFrom,
            List<LogEntry> entries) {
        ticket++;
        storage.log().write(new LogWrite(ticket, hardState, formation, resetTo, truncateFrom, entries));
        return ticket;
    }

    long submit(List<LogEntry> entries) {
        return submit(null, null, null, 0, entries);
    }

    void term(long term) {
        await(submit(new HardState(term, null), null, null, 0, List.of()));
    }

    /** The only member of a cluster, in this term: nobody has a copy of what is damaged here. */
    void aloneInTerm(long term) {
        await(submit(new HardState(term, null), new FormationRecord(MEMBERSHIP, true), null, 0, List.of()));
    }

    /** Its log has again what it had lost. */
    void repaired() {
        ticket++;
        storage.log().write(new LogWrite(ticket, null, null, null, 0, List.of(), true));
        await(ticket);
    }

    void append(List<LogEntry> entries) {
        await(submit(entries));
    }

    void truncate(long fromIndex, List<LogEntry> entries) {
        await(submit(null, null, null, fromIndex, entries));
    }

    void reset(EntryId to, List<LogEntry> entries) {
        await(submit(null, null, to, 0, entries));
    }

    SnapshotMeta snapshot(EntryId id) throws IOException {
        return snapshot(id, "state at " + id);
    }

    SnapshotMeta snapshot(EntryId id, String state) throws IOException {
        return snapshot(id, state, MEMBERSHIP);
    }

    SnapshotMeta snapshot(EntryId id, String state, Membership membership) throws IOException {
        try (SnapshotStore.Writer writer = storage.snapshots().begin(id, membership, 1)) {
            writer.stream().write(state.getBytes(StandardCharsets.UTF_8));
            return writer.commit();
        }
    }

    /** Compacts, and waits for it: that comes after the writes of its turn, so it is done when a later turn is. */
    void compact(long throughIndex) {
        storage.log().compact(throughIndex);
        append(List.of());
        append(List.of());
    }

    /** Waits until a ticket is durable; throws what the log failed with instead. */
    void await(long wanted) {
        while (durable < wanted) {
            Object report = nextReport();
            if (report instanceof StorageException failure) {
                throw failure;
            }
            durable = (long) report;
        }
    }

    Object nextReport() {
        return nextOf(reports);
    }

    private static <T> T nextOf(BlockingQueue<T> queue) {
        try {
            T report = queue.poll(30, TimeUnit.SECONDS);
            if (report == null) {
                throw new AssertionError("nothing was reported for 30 s");
            }
            return report;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    StorageException awaitSpaceLow() {
        return nextOf(space).orElseThrow();
    }

    StorageException awaitDamage() {
        return nextOf(damages);
    }

    void awaitSpaceBack() {
        nextOf(space).ifPresent(why -> {
            throw new AssertionError(why);
        });
    }

    List<LogEntry> read(long from, long toExclusive) {
        return storage.log().read(from, toExclusive, Integer.MAX_VALUE).join();
    }

    /** Everything after the base. */
    List<LogEntry> readAll(long lastIndex) {
        long base = recovered.base().index();
        return lastIndex == base ? List.of() : read(base + 1, lastIndex + 1);
    }

    @Override
    public void onDurable(long durableTicket, long forceNanos, int writes) {
        reporter = Thread.currentThread().getName();
        groups.add(new Group(durableTicket, forceNanos, writes));
        reports.add(durableTicket);
    }

    @Override
    public void onSpaceLow(StorageException why) {
        space.add(Optional.of(why));
    }

    @Override
    public void onSpaceBack() {
        space.add(Optional.empty());
    }

    @Override
    public void onDamage(StorageException what) {
        damages.add(what);
    }

    @Override
    public void onFailure(StorageException failure) {
        reports.add(failure);
    }

    @Override
    public void close() {
        storage.close();
    }
}
