package io.pecanraft.testkit.sim;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data directory of one server, which outlives its processes.
 *
 * <p>Two images of the log: what was <em>written</em>, which is what the operating system would show and what survives the
 * death of a process, and what is <em>durable</em>, which survives a loss of power. A flush moves the second towards the
 * first. A recovery reads what was written and makes it durable before it returns, as its contract demands. Snapshots are
 * whole and durable or not there.
 */
public final class SimDisk {

    /** How many snapshots are kept: the newest, and the one before for readers that have not opened theirs yet. */
    private static final int SNAPSHOTS_KEPT = 2;

    private static final List<DiskProfile.PowerLoss> POLICIES = List.of(
            DiskProfile.PowerLoss.LOSES_ALL,
            DiskProfile.PowerLoss.LOSES_NONE,
            DiskProfile.PowerLoss.KEEPS_PREFIX,
            DiskProfile.PowerLoss.KEEPS_PARTS);

    final SimScheduler scheduler;
    final SimRandom random;
    final Trace trace;
    final Verdict verdict;
    final LogMatching matching;
    final DiskObserver observer;
    private final int node;
    private final StorageIdentity identity;
    private final DiskProfile profile;
    private final LogImage written = new LogImage();
    private final LogImage durable = new LogImage();
    private final Deque<Operation> pending = new ArrayDeque<>();
    private final List<StoredSnapshot> snapshots = new ArrayList<>();
    private @Nullable SimStorage openedBy;
    private long slowUntilNanos;
    private long slowForceNanos;
    private StorageException.@Nullable Reason nextForceFailure;
    private boolean cacheDropped;
    private boolean failNextRead;
    private boolean excused;
    private boolean condemned;
    private @Nullable LogImage putBackFrom;
    private final LogDamage damage = new LogDamage();
    private final SnapshotDamage snapshotDamage = new SnapshotDamage();
    private int failingSnapshots;
    private boolean readOnly;
    private final FlushGate flushes = new FlushGate();

    /** A step of the log's writer: a write, or a compaction, which is a hint and may be lost. */
    record Operation(@Nullable LogWrite write, long compactThroughIndex) {}

    record StoredSnapshot(SnapshotMeta meta, ByteBuffer data) {}

    /** An empty disk. */
    public SimDisk(
            SimScheduler scheduler,
            SimRandom random,
            Trace trace,
            Verdict verdict,
            LogMatching matching,
            DiskObserver observer,
            int node,
            StorageIdentity identity,
            DiskProfile profile) {
        this.scheduler = scheduler;
        this.random = random;
        this.trace = trace;
        this.verdict = verdict;
        this.matching = matching;
        this.observer = observer;
        this.node = node;
        this.identity = identity;
        this.profile = profile;
    }

    /** The number of the server. */
    public int node() {
        return node;
    }

    /** Whose data it holds. */
    public StorageIdentity identity() {
        return identity;
    }

    /** What the log's files show. */
    public LogImage written() {
        return written;
    }

    /** What would survive a loss of power. */
    public LogImage durable() {
        return durable;
    }

    /** The newest snapshot. */
    public Optional<SnapshotMeta> newestSnapshot() {
        return snapshots.isEmpty()
                ? Optional.empty()
                : Optional.of(snapshots.get(snapshots.size() - 1).meta());
    }

    /** Whether something failed, since a process opened it or for good, after which that process is expected to stop. */
    public boolean excusesFailure() {
        return excused || damage.isPresent() || snapshotDamage.isPresent();
    }

    /**
     * Opens it for a process.
     *
     * @throws StorageException when a living process has it open
     */
    public Storage open(SimProcess process) {
        if (openedBy != null && openedBy.isOpen()) {
            throw new StorageException(
                    StorageException.Reason.LOCKED, "the disk of " + identity.node() + " is in use by another process");
        }
        openedBy = new SimStorage(this, process);
        excused = false;
        return openedBy;
    }

    /** The process died; the operating system goes on and keeps what was written. */
    public void processDied() {
        openedBy = null;
        nextForceFailure = null;
        failNextRead = false;
        if (cacheDropped) {
            // What a failed flush did not write is clean in the cache, and then gone (Rebello et al., ATC 2020).
            cacheDropped = false;
            pending.clear();
            written.copyFrom(durable);
        }
    }

    /** The power went: what was not flushed may be lost. */
    public void powerLost() {
        powerLost(profile.powerLoss());
    }

    /** The same, with this to happen to what was not flushed. */
    public void powerLost(DiskProfile.PowerLoss drawn) {
        processDied();
        DiskProfile.PowerLoss policy = drawn;
        if (policy == DiskProfile.PowerLoss.ANY) {
            policy = POLICIES.get(random.nextInt(POLICIES.size()));
        }
        int total = pending.stream().mapToInt(SimDisk::steps).sum();
        int kept = switch (policy) {
            case LOSES_ALL -> 0;
            case LOSES_NONE -> total;
            case KEEPS_PREFIX, KEEPS_PARTS, ANY -> random.nextInt(total + 1);
        };
        trace.add(
                Trace.Kind.FAULT,
                node,
                SimScheduler.NO_NODE,
                total - kept,
                "lost " + (total - kept) + " of " + total + " unflushed steps");
        int hardStates = policy == DiskProfile.PowerLoss.KEEPS_PARTS ? random.nextInt(pending.size() + 1) : 0;
        for (Operation operation : pending) {
            int steps = Math.min(kept, steps(operation));
            boolean hardStateKept = hardStates-- > 0 && operation.write() != null;
            applyTo(durable, operation, hardStateKept ? Math.max(steps, LogImage.STEPS_OF_HARD_STATE) : steps);
            kept -= steps;
        }
        pending.clear();
        written.copyFrom(durable);
    }

    /**
     * Makes the next flush fail, once.
     *
     * @param dropsCache whether the page cache forgets what was not flushed before the process is started again
     */
    public void failNextForce(StorageException.Reason reason, boolean dropsCache) {
        nextForceFailure = reason;
        cacheDropped = dropsCache;
    }

    /** Makes the next flush fail, once. The page cache keeps what was written. */
    public void failNextForce() {
        failNextForce(StorageException.Reason.FAILED, false);
    }

    /** Nothing can be written any more: flushes and snapshots fail, and no process can open it, until {@link #makeWritable}. */
    public void makeReadOnly() {
        readOnly = true;
    }

    /** It can be written again. */
    public void makeWritable() {
        readOnly = false;
    }

    /** Makes the next read of the log fail, once. */
    public void failNextRead() {
        failNextRead = true;
    }

    /** Whether nothing is damaged, and what was is refilled. */
    public boolean keepsItsPromises() {
        return !damage.isPresent()
                && !snapshotDamage.isPresent()
                && !durable.repair().repairing();
    }

    /**
     * Damages what was promised to be kept: reads detect it, and the next start discards the log from some entry on, after a marker of
     * the loss.
     *
     * @param lastPositionKnown whether the log will still know how far it had gone
     */
    public void damage(boolean lastPositionKnown) {
        damage.happen(lastPositionKnown);
    }

    /** The same from this entry on, of a log that will still know how far it had gone. */
    public void damageFrom(long index) {
        damage.happenFrom(index);
    }

    /**
     * Damages the newest snapshots: reads detect it, and at the next start they are gone, with the log if that begins behind what is
     * left.
     *
     * @param count how many, as far as there are
     * @param lastPositionKnown whether the log will still know how far it had gone
     */
    public void damageSnapshots(int count, boolean lastPositionKnown) {
        snapshots.stream()
                .skip(Math.max(0, snapshots.size() - count))
                .forEach(each -> snapshotDamage.happen(each.meta(), lastPositionKnown));
    }

    /**
     * Whether it has held this entry durably and lost it, and is bound by that: its server votes as if it were still there, or not at
     * all, until it is there again. What was there before it was put back counts as well: that was acknowledged, perhaps by a message
     * which is still under way, and its server is to be stopped before it can vote as if it had never been there.
     */
    public boolean answersFor(EntryId entry) {
        LogImage before = putBackFrom;
        return damage.answersFor(entry, durable)
                || (before != null && (before.base().index() >= entry.index() || before.holds(entry)));
    }

    /**
     * Becomes what it was at an earlier time, as when a backup is put back, or a virtual machine. No process may have it open.
     *
     * @param earlier of this very disk
     */
    public void rollBackTo(DiskImage earlier) {
        trace.add(
                Trace.Kind.FAULT,
                node,
                SimScheduler.NO_NODE,
                earlier.log().lastIndex(),
                "put back from " + durable.lastId() + " to " + earlier.log().lastId());
        pending.clear();
        putBackFrom = new LogImage(durable);
        durable.copyFrom(earlier.log());
        written.copyFrom(durable);
        snapshots.clear();
        snapshots.addAll(earlier.snapshots());
        observer.rolledBack(this);
    }

    /** What would survive a loss of power, as it is now. */
    public DiskImage image() {
        return new DiskImage(durable, snapshots);
    }

    /** Whether it was ever put back. */
    public boolean wasPutBack() {
        return putBackFrom != null;
    }

    /** The first configuration that it has durably agreed to, also where it was put back to a time before. */
    public Optional<FormationRecord> agreement() {
        LogImage before = putBackFrom;
        return before != null && before.formation().isPresent() ? before.formation() : durable.formation();
    }

    /** Whether it was given up: the next process finds {@link #successor another storage}. */
    public boolean isCondemned() {
        return condemned;
    }

    /** What takes its place under the same name: empty, but for having been in a term, so that it founds no cluster. */
    public SimDisk successor() {
        StorageIdentity next = new StorageIdentity(
                identity.cluster(),
                identity.group(),
                identity.node(),
                new Incarnation(random.nextLong(), random.nextLong()));
        SimDisk disk = new SimDisk(scheduler, random, trace, verdict, matching, observer, node, next, profile);
        disk.written.hasMetACluster();
        disk.durable.hasMetACluster();
        return disk;
    }

    /** Makes the next snapshots that are to be committed fail. */
    public void failSnapshots(int count) {
        failingSnapshots = count;
    }

    /** Makes flushes slow for a while. */
    public void slowDown(long untilNanos, long forceNanos) {
        slowUntilNanos = untilNanos;
        slowForceNanos = forceNanos;
    }

    /** Lets no flush end, until {@link #release} was called as often. */
    public void hold() {
        flushes.hold();
    }

    /** Lets flushes end again, those first that should have. */
    public void release() {
        flushes.release();
    }

    /**
     * Is full, until {@link #makeRoom}: what has it open is told so, at once or when it starts. So many flushes end yet, as long as
     * the reserve lasts; the others wait.
     */
    public void fillUp(int flushesInTheReserve) {
        boolean wasFull = flushes.isFull();
        flushes.fillUp(flushesInTheReserve);
        SimStorage told = openedBy;
        if (!wasFull && told != null) {
            told.log().spaceLow();
        }
    }

    /** Has room again, when this was called as often as {@link #fillUp}. */
    public void makeRoom() {
        openFlushes(flushes::makeRoom);
    }

    private void openFlushes(Runnable how) {
        boolean wasFull = flushes.isFull();
        how.run();
        SimStorage told = openedBy;
        if (wasFull && !flushes.isFull() && told != null) {
            told.log().spaceBack();
        }
    }

    /** Whether there is no room for more. */
    boolean isFull() {
        return flushes.isFull();
    }

    /** Ends all faults of this disk. */
    public void heal() {
        openFlushes(flushes::open);
        slowUntilNanos = 0;
        nextForceFailure = null;
        cacheDropped &= excused;
        failNextRead = false;
        failingSnapshots = 0;
        readOnly = false;
    }

    // ---- for the log and the snapshot store of the process that has it open

    int unflushed() {
        return pending.size();
    }

    void write(LogWrite write) {
        trace.add(Trace.Kind.WRITE, node, SimScheduler.NO_NODE, write.ticket(), describe(write));
        try {
            written.apply(write, LogImage.steps(write), matching::prefixHash);
        } catch (IllegalArgumentException e) {
            verdict.fail("log-contract", identity.node() + ": " + e.getMessage(), e);
            return;
        }
        pending.add(new Operation(write, 0));
        for (LogEntry entry : write.entries()) {
            matching.written(node, entry.id(), written.prefixHashAt(entry.index()));
        }
        observer.written(this, write);
    }

    void compact(long throughIndex) {
        pending.add(new Operation(null, throughIndex));
        written.compact(throughIndex);
    }

    /** Moves the oldest written operations to the durable image. */
    void flushed(int operations) {
        for (int i = 0; i < operations; i++) {
            Operation operation = pending.remove();
            applyTo(durable, operation, steps(operation));
        }
        observer.durable(this);
    }

    void condemn() {
        condemned = true;
        excused = true;
        observer.condemned(this);
    }

    boolean isWritable() {
        return !readOnly;
    }

    /** Whoever opens it writes first. */
    void requireWritable() {
        if (readOnly) {
            excused = true;
            observer.happened(this, "starts on a read-only disk");
            throw new StorageException(
                    StorageException.Reason.INACCESSIBLE,
                    "the simulated disk of " + identity.node() + " is mounted read-only");
        }
    }

    void flushAll() {
        flushed(pending.size());
    }

    StorageException.@Nullable Reason takeForceFailure() {
        StorageException.Reason reason = readOnly ? StorageException.Reason.FAILED : nextForceFailure;
        nextForceFailure = null;
        if (reason != null) {
            excused = true;
            observer.happened(this, "flushes failed");
        }
        return reason;
    }

    boolean takeReadFailure() {
        boolean fail = failNextRead;
        failNextRead = false;
        if (fail) {
            excused = true;
            observer.happened(this, "reads failed");
        }
        return fail || damage.isPresent();
    }

    /** What a recovery does about damage. All that was written is durable. */
    void discardWhatIsDamaged() {
        if (snapshotDamage.takeAway(snapshots)) {
            discardWhatRestedOnSnapshots();
        }
        if (!damage.isPresent()) {
            return;
        }
        long from = damage.discard(durable, random);
        written.copyFrom(durable);
        trace.add(Trace.Kind.FAULT, node, SimScheduler.NO_NODE, from, "lost its log from here on, " + durable.repair());
        observer.happened(this, "logs damaged");
        observer.durable(this);
    }

    private void discardWhatRestedOnSnapshots() {
        EntryId older = newestSnapshot().map(SnapshotMeta::lastIncluded).orElse(EntryId.ZERO);
        boolean logIsLost = durable.base().index() > older.index();
        if (logIsLost) {
            damage.discardAll(durable, older, matching.prefixHash(older), snapshotDamage.isLastPositionKnown());
            written.copyFrom(durable);
            observer.happened(this, "logs lost with their snapshots");
        }
        observer.happened(this, "snapshots damaged");
        trace.add(
                Trace.Kind.FAULT,
                node,
                SimScheduler.NO_NODE,
                older.index(),
                "lost its snapshots behind" + (logIsLost ? " and the log behind it, " + durable.repair() : ""));
        observer.durable(this);
    }

    /** Runs this when a flush of this length ends, or later while the disk is held or full. */
    void afterFlush(long forceNanos, Runnable ended) {
        scheduler.after(forceNanos, node, () -> flushes.pass(ended));
    }

    long forceNanos() {
        long nanos = random.delay(profile.minForceNanos(), profile.meanExtraForceNanos());
        return scheduler.nowNanos() < slowUntilNanos ? nanos + slowForceNanos : nanos;
    }

    boolean takeSnapshotFailure() {
        boolean fails = readOnly || flushes.isOutOfRoom();
        if (!fails && failingSnapshots > 0) {
            failingSnapshots--;
            fails = true;
        }
        if (fails) {
            observer.happened(this, "snapshots failed");
        }
        return fails;
    }

    void store(StoredSnapshot snapshot) throws IOException {
        EntryId lastIncluded = snapshot.meta().lastIncluded();
        EntryId newest = newestSnapshot().map(SnapshotMeta::lastIncluded).orElse(EntryId.ZERO);
        if (newest.index() > lastIncluded.index()) {
            String what = "the snapshot at " + lastIncluded + " came after a newer one at " + newest;
            verdict.fail("snapshots-advance", identity.node() + ": " + what);
            throw new IOException(what);
        }
        snapshots.add(snapshot);
        if (snapshots.size() > SNAPSHOTS_KEPT) {
            snapshots.remove(0);
        }
        trace.add(
                Trace.Kind.SNAPSHOT, node, SimScheduler.NO_NODE, snapshot.meta().lastIncludedIndex(), null);
        observer.snapshotStored(this);
    }

    Optional<StoredSnapshot> snapshot(SnapshotMeta meta) {
        return snapshots.stream()
                .filter(stored -> stored.meta().equals(meta) && !snapshotDamage.concerns(meta))
                .findFirst();
    }

    private void applyTo(LogImage image, Operation operation, int steps) {
        if (operation.write() != null && operation.write().truncateFromIndex() > 0) {
            damage.truncating(image);
        }
        if (operation.write() != null) {
            image.apply(operation.write(), steps, matching::prefixHash);
        } else if (steps > 0) {
            image.compact(operation.compactThroughIndex());
        }
    }

    private static int steps(Operation operation) {
        return operation.write() == null ? 1 : LogImage.steps(operation.write());
    }

    private static String describe(LogWrite write) {
        StringBuilder out = new StringBuilder("ticket ").append(write.ticket());
        if (write.hardState() != null) {
            out.append(", term ")
                    .append(write.hardState().currentTerm())
                    .append(", vote ")
                    .append(write.hardState().votedFor());
        }
        if (write.formation() != null) {
            out.append(", formation record, formed=").append(write.formation().formed());
        }
        if (write.resetTo() != null) {
            out.append(", reset to ").append(write.resetTo());
        }
        if (write.truncateFromIndex() > 0) {
            out.append(", truncate from ").append(write.truncateFromIndex());
        }
        if (!write.entries().isEmpty()) {
            out.append(", entries ")
                    .append(write.entries().get(0).id())
                    .append(" to ")
                    .append(write.entries().get(write.entries().size() - 1).id());
        }
        return out.toString();
    }
}
