package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.StorageFinding.Kind;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.StorageIdentity;
import java.util.List;
import java.util.Optional;

/**
 * What a data directory holds, and whether that is what was acknowledged.
 *
 * @param identity whose it is
 * @param hardState term and vote; empty when they are lost
 * @param formation the founders; empty when there is no record, or it cannot be read
 * @param repair what the log has lost before
 * @param snapshot the newest one that is whole
 * @param base the entry before the first one in the log
 * @param last the last entry of the sound part of the log; nothing behind it is certain
 * @param end up to where the directory goes in all: the end of the log, or of the snapshot where the log does not hold that entry, since then
 *     the log is older, or of a branch that lost, and a start empties it. What two servers are compared by
 * @param hadUpTo the last entry that the log is known to have had, before damage that is found now: {@code last} when there is none, empty
 *     when nobody can tell. What it had before an earlier loss is in {@code repair}
 * @param segments how many files of the log were read
 * @param records how many valid records they hold, those included that say something about the log
 * @param findings in the order in which things were read
 * @param atStart what a start of the server would do
 */
public record StorageReport(
        StorageIdentity identity,
        Optional<HardState> hardState,
        Optional<FormationRecord> formation,
        RepairMarker repair,
        Optional<SnapshotMeta> snapshot,
        EntryId base,
        EntryId last,
        EntryId end,
        Optional<EntryId> hadUpTo,
        int segments,
        long records,
        List<StorageFinding> findings,
        AtStart atStart) {

    /** In one word. */
    public enum Verdict {
        /** Everything is as it was acknowledged. */
        INTACT,
        /** So it is, but for the end of a write that a crash cut off, or what PROCESS_CRASH has lost with the power. */
        TORN_TAIL,
        /** Something that was acknowledged is damaged or missing. */
        DAMAGED
    }

    /** What a start of the server would do. */
    public enum AtStart {
        /** Nothing special: what is damaged, if anything, is made up for by something else in the directory. */
        GOES_ON,
        /** Cut what was never acknowledged, or what PROCESS_CRASH may lose with the power, and go on. */
        CUTS_TORN_TAIL,
        /** Note the loss, cut the log before the damage, and have it refilled by the other servers (protocol-aware recovery). */
        REFILLS_FROM_OTHERS,
        /** Go on being refilled by the other servers: such a loss was noted before, and what is left of the log is sound. */
        GOES_ON_BEING_REFILLED,
        /** Put the directory aside and come back as a new incarnation, which counts nowhere until it is re-admitted. */
        BECOMES_NEW_INCARNATION,
        /** Refuse: an operator decides. */
        REFUSES
    }

    /** Copies the list. */
    public StorageReport {
        findings = List.copyOf(findings);
    }

    /** The gravest of the findings, in one word. */
    public Verdict verdict() {
        if (has(Kind.DAMAGE)) {
            return Verdict.DAMAGED;
        }
        return has(Kind.TORN_TAIL) ? Verdict.TORN_TAIL : Verdict.INTACT;
    }

    private boolean has(Kind kind) {
        return findings.stream().anyMatch(finding -> finding.kind() == kind);
    }
}
