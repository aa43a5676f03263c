package io.pecanraft.testkit.sim;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RecoveredLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a log's files hold at one moment: the state that {@link LogWrite}s act on. A simulated disk has two of them, what
 * was written and what would survive a loss of power. A write acts in {@link #steps small steps}, in the order that the
 * contract names, so that a crash can fall between any two.
 */
public final class LogImage {

    /** The first steps of a write: hard state and formation record. */
    static final int STEPS_OF_HARD_STATE = 2;

    private static final int STEPS_BEFORE_ENTRIES = 3;

    private HardState hardState = HardState.INITIAL;
    private @Nullable FormationRecord formation;
    private RepairMarker repair = RepairMarker.NONE;
    private EntryId base = EntryId.ZERO;
    private long baseHash = LogMatching.EMPTY;
    private final List<Slot> slots = new ArrayList<>();
    private final List<EntryId> termStarts = new ArrayList<>();

    private record Slot(LogEntry entry, long prefixHash) {}

    /** The image of a log that was never written. */
    public LogImage() {}

    /** A copy. */
    public LogImage(LogImage other) {
        copyFrom(other);
    }

    /** Becomes equal to another image. */
    public void copyFrom(LogImage other) {
        hardState = other.hardState;
        formation = other.formation;
        repair = other.repair;
        base = other.base;
        baseHash = other.baseHash;
        slots.clear();
        slots.addAll(other.slots);
        termStarts.clear();
        termStarts.addAll(other.termStarts);
    }

    /** Term and vote. */
    public HardState hardState() {
        return hardState;
    }

    /** The formation record, if there is one. */
    public Optional<FormationRecord> formation() {
        return Optional.ofNullable(formation);
    }

    /** What it has lost of what was durable. */
    public RepairMarker repair() {
        return repair;
    }

    /**
     * Loses an entry and all that follow, as by damage to a disk. What is left is how the log was at some time before: entries that had
     * been replaced come back with the loss of what replaced them.
     *
     * @param earlier the log, as it was when it was last truncated, or is now
     * @param fromIndex above its base
     * @param lastPosition what the marker says of what there was
     */
    public void lose(LogImage earlier, long fromIndex, Optional<EntryId> lastPosition) {
        HardState state = hardState;
        FormationRecord formed = formation;
        RepairMarker marker = repair.lost(lastPosition);
        copyFrom(new LogImage(earlier));
        hardState = state;
        formation = formed;
        repair = marker;
        if (fromIndex <= lastIndex()) {
            truncateFrom(fromIndex);
        }
    }

    /**
     * Loses all entries, and whatever was forgotten for the sake of a snapshot that is lost as well.
     *
     * @param newBase where an older snapshot ends, or the beginning
     * @param newBaseHash the hash of the whole log up to there
     * @param lastPosition what the marker says of what there was
     */
    void loseAll(EntryId newBase, long newBaseHash, Optional<EntryId> lastPosition) {
        repair = repair.lost(lastPosition);
        reset(newBase, newBaseHash);
    }

    /** Makes an empty image that of a server which has been in a term, as one that follows a storage which was given up. */
    public void hasMetACluster() {
        hardState = new HardState(1, null);
    }

    /** The entry right before the first one that is kept. */
    public EntryId base() {
        return base;
    }

    /** The index of the last entry. */
    public long lastIndex() {
        return base.index() + slots.size();
    }

    /** The last entry's id; that of the base when there is none. */
    public EntryId lastId() {
        return slots.isEmpty() ? base : slots.get(slots.size() - 1).entry.id();
    }

    /** Whether this index is kept, or is the base. */
    public boolean covers(long index) {
        return index >= base.index() && index <= lastIndex();
    }

    /** Whether this very entry is kept, or is the base. */
    public boolean holds(EntryId id) {
        return covers(id.index()) && termAt(id.index()) == id.term();
    }

    /** The term of an index that is {@linkplain #covers covered}. */
    public long termAt(long index) {
        return index == base.index() ? base.term() : slot(index).entry.term();
    }

    /** The hash of the whole log up to an index that is {@linkplain #covers covered}. */
    public long prefixHashAt(long index) {
        return index == base.index() ? baseHash : slot(index).prefixHash;
    }

    /** A kept entry. */
    public LogEntry entryAt(long index) {
        return slot(index).entry;
    }

    /** The first kept entry of every term, ascending. */
    public List<EntryId> termStarts() {
        return List.copyOf(termStarts);
    }

    private Slot slot(long index) {
        return slots.get((int) (index - base.index() - 1));
    }

    /** In how many steps a write takes effect. */
    public static int steps(LogWrite write) {
        return STEPS_BEFORE_ENTRIES + write.entries().size();
    }

    /**
     * Lets the first steps of a write take effect.
     *
     * @param prefixHashes the hash of the whole log up to an entry, for a reset to it
     * @throws IllegalArgumentException when the write does not fit the end of this log, against its contract
     */
    public void apply(LogWrite write, int steps, ToLongFunction<EntryId> prefixHashes) {
        if (steps > 0 && write.hardState() != null) {
            hardState = write.hardState();
        }
        if (steps > 0 && write.repaired()) {
            repair = repair.repaired();
        }
        if (steps > 1 && write.formation() != null) {
            formation = write.formation();
        }
        if (steps > 2) {
            if (write.resetTo() != null) {
                reset(write.resetTo(), prefixHashes.applyAsLong(write.resetTo()));
            } else if (write.truncateFromIndex() > 0) {
                truncateFrom(write.truncateFromIndex());
            }
        }
        for (int i = 0; i < steps - STEPS_BEFORE_ENTRIES; i++) {
            append(write.entries().get(i));
        }
    }

    private void reset(EntryId newBase, long newBaseHash) {
        slots.clear();
        termStarts.clear();
        base = newBase;
        baseHash = newBaseHash;
    }

    private void truncateFrom(long index) {
        if (index <= base.index() || index > lastIndex()) {
            throw new IllegalArgumentException(
                    "truncation from " + index + " of a log from " + (base.index() + 1) + " to " + lastIndex());
        }
        slots.subList((int) (index - base.index() - 1), slots.size()).clear();
        while (!termStarts.isEmpty() && termStarts.get(termStarts.size() - 1).index() >= index) {
            termStarts.remove(termStarts.size() - 1);
        }
    }

    private void append(LogEntry entry) {
        EntryId last = lastId();
        if (entry.index() != last.index() + 1 || entry.term() < last.term()) {
            throw new IllegalArgumentException("entry " + entry.id() + " written after " + last);
        }
        if (slots.isEmpty() || entry.term() != last.term()) {
            termStarts.add(entry.id());
        }
        slots.add(new Slot(entry, LogMatching.extend(prefixHashAt(last.index()), entry)));
    }

    /** Forgets everything up to and including an index, as far as it is there. */
    public void compact(long throughIndex) {
        long through = Math.min(throughIndex, lastIndex());
        if (through <= base.index()) {
            return;
        }
        EntryId newBase = new EntryId(termAt(through), through);
        baseHash = prefixHashAt(through);
        slots.subList(0, (int) (through - base.index())).clear();
        base = newBase;
        long termOfFirst = slots.isEmpty() ? 0 : slots.get(0).entry.term();
        termStarts.removeIf(start -> start.index() <= through);
        if (!slots.isEmpty() && (termStarts.isEmpty() || termStarts.get(0).term() != termOfFirst)) {
            termStarts.add(0, slots.get(0).entry.id());
        }
    }

    /** Entries from an index on, at least one, as many as fit into the bytes. */
    public List<LogEntry> read(long fromIndex, long toIndexExclusive, int maxBytes) {
        List<LogEntry> result = new ArrayList<>();
        long bytes = 0;
        for (long i = fromIndex; i < Math.min(toIndexExclusive, lastIndex() + 1); i++) {
            LogEntry entry = entryAt(i);
            bytes += entry.payloadBytes();
            if (!result.isEmpty() && bytes > maxBytes) {
                break;
            }
            result.add(entry);
        }
        return result;
    }

    /** What a recovery would find here. */
    public RecoveredLog recovered() {
        List<LogEntry> memberships = new ArrayList<>();
        for (Slot slot : slots) {
            if (slot.entry.type() == EntryType.MEMBERSHIP) {
                memberships.add(slot.entry);
            }
        }
        long timestamp = slots.isEmpty() ? 0 : slots.get(slots.size() - 1).entry.timestampMillis();
        return new RecoveredLog(
                hardState,
                Optional.ofNullable(formation),
                base,
                lastIndex(),
                termStarts,
                memberships,
                timestamp,
                repair);
    }
}
