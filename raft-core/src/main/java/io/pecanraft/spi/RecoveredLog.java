package io.pecanraft.spi;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RepairMarker;
import java.util.List;
import java.util.Optional;

/**
 * What a log holds after a start. All of it is durable.
 *
 * @param hardState term and vote
 * @param formation the formation record, if the node has got that far
 * @param base the entry right before the first one that is kept; {@link EntryId#ZERO} when nothing was ever compacted
 * @param lastIndex the index of the last entry; {@code base.index()} when there is none
 * @param termStarts the first kept entry of every term, ascending; so {@code termAt(i)} needs no disk. Empty for an empty
 *     log
 * @param membershipEntries all kept entries of type MEMBERSHIP, ascending
 * @param lastTimestampMillis the timestamp of the last entry; 0 for an empty log
 * @param repair what it has lost of what was reported durable; durable since before that was discarded
 */
public record RecoveredLog(
        HardState hardState,
        Optional<FormationRecord> formation,
        EntryId base,
        long lastIndex,
        List<EntryId> termStarts,
        List<LogEntry> membershipEntries,
        long lastTimestampMillis,
        RepairMarker repair) {

    /** Copies the lists and checks the order. */
    public RecoveredLog {
        termStarts = List.copyOf(termStarts);
        membershipEntries = List.copyOf(membershipEntries);
        if (lastIndex < base.index()) {
            throw new IllegalArgumentException("log ends at " + lastIndex + ", before its base " + base);
        }
        if (termStarts.isEmpty() != (lastIndex == base.index())) {
            throw new IllegalArgumentException("a log has a term for its entries exactly when it has entries");
        }
    }

    /** The log of a node that has never run. */
    public static RecoveredLog empty() {
        return new RecoveredLog(
                HardState.INITIAL, Optional.empty(), EntryId.ZERO, 0, List.of(), List.of(), 0, RepairMarker.NONE);
    }
}
