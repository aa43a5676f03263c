package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.model.SnapshotMeta;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk whose writes are durable when the test says so. What is not confirmed is lost by a crash, or survives it, as the test
 * says: both happen on real disks.
 */
final class VirtualDisk {

    private HardState hardState = HardState.INITIAL;
    private Optional<FormationRecord> formation = Optional.empty();
    private EntryId base = EntryId.ZERO;
    private final ArrayList<LogEntry> entries = new ArrayList<>();
    private Optional<SnapshotMeta> snapshot = Optional.empty();
    private RepairMarker repair = RepairMarker.NONE;
    private long snapshotState;
    private final ArrayDeque<Effect.Persist> unconfirmed = new ArrayDeque<>();

    /** A disk that has never been used. */
    static VirtualDisk blank() {
        return new VirtualDisk();
    }

    /** The disk of a member of a formed cluster. */
    static VirtualDisk formed(List<Member> members) {
        VirtualDisk disk = new VirtualDisk();
        disk.formation = Optional.of(new FormationRecord(Membership.ofVoters(0, members), true));
        return disk;
    }

    /** Gives it a log whose entries have these terms, from index 1 on. */
    VirtualDisk withLog(long... terms) {
        entries.clear();
        for (int i = 0; i < terms.length; i++) {
            entries.add(Entries.command(i + 1, terms[i]));
        }
        long lastTerm = terms.length == 0 ? 0 : terms[terms.length - 1];
        if (lastTerm > hardState.currentTerm()) {
            hardState = new HardState(lastTerm, null);
        }
        return this;
    }

    /** Gives it this log. */
    VirtualDisk withEntries(List<LogEntry> log) {
        entries.clear();
        entries.addAll(log);
        hardState = new HardState(log.get(log.size() - 1).term(), null);
        return this;
    }

    VirtualDisk withTerm(long term, MemberId votedFor) {
        hardState = new HardState(term, votedFor);
        return this;
    }

    VirtualDisk withTerm(long term) {
        hardState = new HardState(term, null);
        return this;
    }

    VirtualDisk withFormation(FormationRecord record) {
        formation = Optional.of(record);
        return this;
    }

    /** A durable snapshot, which the log may or may not reach. */
    VirtualDisk withSnapshot(SnapshotMeta meta, long state) {
        snapshot = Optional.of(meta);
        snapshotState = state;
        return this;
    }

    /** Loses everything from an index on, and knows it. */
    void losesFrom(long index, Optional<EntryId> lastPosition) {
        repair = repair.lost(lastPosition);
        while (lastIndex() >= index) {
            entries.remove(entries.size() - 1);
        }
    }

    RepairMarker repair() {
        return repair;
    }

    // ---- writes

    void write(Effect.Persist write) {
        unconfirmed.addLast(write);
    }

    boolean hasUnconfirmed() {
        return !unconfirmed.isEmpty();
    }

    int unconfirmed() {
        return unconfirmed.size();
    }

    /** Makes the oldest unconfirmed write durable and returns its ticket. */
    long confirmOldest() {
        Effect.Persist write = unconfirmed.removeFirst();
        apply(write, Integer.MAX_VALUE);
        return write.ticket();
    }

    /**
     * Loses power: of the unconfirmed writes only these survive.
     *
     * @param whole how many survive whole
     * @param entriesOfNext of the next one the hard state and so many entries survive; -1 for nothing of it
     */
    void crash(int whole, int entriesOfNext) {
        for (int i = 0; i < whole && !unconfirmed.isEmpty(); i++) {
            confirmOldest();
        }
        if (entriesOfNext >= 0 && !unconfirmed.isEmpty()) {
            apply(unconfirmed.getFirst(), entriesOfNext);
        }
        unconfirmed.clear();
    }

    private void apply(Effect.Persist write, int mostEntries) {
        if (write.hardState() != null) {
            Invariant.that(
                    write.hardState().currentTerm() >= hardState.currentTerm(),
                    "the durable term never decreases",
                    write.hardState().currentTerm(),
                    hardState.currentTerm());
            hardState = write.hardState();
        }
        if (write.repaired()) {
            repair = repair.repaired();
        }
        if (write.formation() != null) {
            formation = Optional.of(write.formation());
        }
        EntryId resetTo = write.resetTo();
        if (resetTo != null) {
            base = resetTo;
            entries.clear();
        }
        if (write.truncateFromIndex() > 0) {
            while (lastIndex() >= write.truncateFromIndex()) {
                entries.remove(entries.size() - 1);
            }
        }
        for (LogEntry entry :
                write.entries().subList(0, Math.min(mostEntries, write.entries().size()))) {
            Invariant.that(entry.index() == lastIndex() + 1, "a gap on disk", entry.index(), lastIndex() + 1);
            entries.add(entry);
        }
    }

    void compactThrough(long index) {
        Invariant.that(
                snapshot.isPresent() && snapshot.get().lastIncludedIndex() >= index, "compacting without a snapshot");
        while (base.index() < index && !entries.isEmpty()) {
            base = entries.remove(0).id();
        }
    }

    void keepSnapshot(SnapshotMeta meta, long state) {
        if (snapshot.isEmpty() || snapshot.get().lastIncludedIndex() < meta.lastIncludedIndex()) {
            snapshot = Optional.of(meta);
            snapshotState = state;
        }
    }

    // ---- what is durable

    HardState hardState() {
        return hardState;
    }

    Optional<FormationRecord> formation() {
        return formation;
    }

    Optional<SnapshotMeta> snapshot() {
        return snapshot;
    }

    long snapshotState() {
        return snapshotState;
    }

    long firstIndex() {
        return base.index() + 1;
    }

    long lastIndex() {
        return base.index() + entries.size();
    }

    LogEntry entry(long index) {
        return entries.get((int) (index - base.index() - 1));
    }

    List<LogEntry> entries() {
        return List.copyOf(entries);
    }

    /** Whether this entry is durable, in the log or as part of a snapshot. */
    boolean holds(EntryId id) {
        if (snapshot.isPresent() && snapshot.get().lastIncludedIndex() >= id.index()) {
            return true;
        }
        if (id.index() <= base.index()) {
            return true;
        }
        return id.index() <= lastIndex() && entry(id.index()).term() == id.term();
    }

    /** Entries from an index on, as the log hands them out. */
    List<LogEntry> read(long fromIndex, long toIndexExclusive, int maxBytes) {
        List<LogEntry> read = new ArrayList<>();
        long bytes = 0;
        for (long index = fromIndex; index < toIndexExclusive && index <= lastIndex(); index++) {
            if (index <= base.index()) {
                return List.of();
            }
            bytes += entry(index).payloadBytes();
            if (!read.isEmpty() && bytes > maxBytes) {
                break;
            }
            read.add(entry(index));
        }
        return read;
    }

    Recovered recover() {
        Invariant.that(unconfirmed.isEmpty(), "crash first");
        List<EntryId> termStarts = new ArrayList<>();
        List<LogEntry> memberships = new ArrayList<>();
        long lastTerm = -1;
        long timestamp = snapshot.map(SnapshotMeta::lastTimestampMillis).orElse(0L);
        for (LogEntry entry : entries) {
            if (entry.term() != lastTerm) {
                lastTerm = entry.term();
                termStarts.add(entry.id());
            }
            if (entry.type() == EntryType.MEMBERSHIP) {
                memberships.add(entry);
            }
            timestamp = Math.max(timestamp, entry.timestampMillis());
        }
        return new Recovered(
                hardState, formation, base, lastIndex(), termStarts, memberships, timestamp, snapshot, repair);
    }
}
