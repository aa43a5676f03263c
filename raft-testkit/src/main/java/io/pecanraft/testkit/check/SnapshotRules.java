package io.pecanraft.testkit.check;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.Verdict;
import java.util.HashMap;
import java.util.Map;

/** A snapshot stands for what was committed, and for the same state on every server (§7). */
final class SnapshotRules {

    private final Verdict verdict;
    private final CommittedLog committed;
    private final Configurations configurations;
    private final Map<EntryId, SnapshotMeta> first = new HashMap<>();
    private boolean equalStatesAreEqualBytes;

    SnapshotRules(Verdict verdict, CommittedLog committed, Configurations configurations) {
        this.verdict = verdict;
        this.committed = committed;
        this.configurations = configurations;
    }

    /** From now on servers that have applied the same must have written the same bytes. */
    void compareBytes() {
        equalStatesAreEqualBytes = true;
    }

    void stored(SimDisk disk) {
        disk.newestSnapshot().ifPresent(meta -> {
            if (meta.lastIncludedIndex() > committed.lastIndex()) {
                verdict.fail(
                        "snapshot-of-committed",
                        disk.identity().node() + " stores a snapshot of " + meta.lastIncluded()
                                + ", which nobody committed");
            } else if (committed.entry(meta.lastIncludedIndex()).term() != meta.lastIncludedTerm()) {
                verdict.fail(
                        "snapshot-of-committed",
                        disk.identity().node() + " stores a snapshot of " + meta.lastIncluded() + ", but "
                                + committed.entry(meta.lastIncludedIndex()).id() + " was committed");
            } else if (!meta.membership().equals(configurations.committedAt(meta.lastIncludedIndex()))) {
                verdict.fail(
                        "snapshot-of-committed",
                        disk.identity().node() + " stores a snapshot of " + meta.lastIncluded() + " with the members "
                                + meta.membership() + ", but "
                                + configurations.committedAt(meta.lastIncludedIndex()) + " was in force there");
            } else if (equalStatesAreEqualBytes) {
                compare(disk, meta);
            }
        });
    }

    private void compare(SimDisk disk, SnapshotMeta meta) {
        SnapshotMeta other = first.putIfAbsent(meta.lastIncluded(), meta);
        if (other != null && (other.checksum() != meta.checksum() || other.sizeBytes() != meta.sizeBytes())) {
            verdict.fail(
                    "equal-snapshots",
                    disk.identity().node() + " stores " + meta.sizeBytes() + " bytes with checksum "
                            + Integer.toHexString(meta.checksum()) + " as the snapshot of " + meta.lastIncluded()
                            + ", where another server has stored " + other.sizeBytes() + " bytes with "
                            + Integer.toHexString(other.checksum()));
        }
    }
}
