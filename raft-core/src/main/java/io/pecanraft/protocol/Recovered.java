package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.model.SnapshotMeta;
import java.util.List;
import java.util.Optional;

/**
 * What a server remembers when it starts, all of it durable.
 *
 * @param hardState term and vote
 * @param formation the formation record, if there is one
 * @param base the entry right before the first one in the log
 * @param lastIndex the last index of the log
 * @param termStarts the first entry of every term in the log, ascending
 * @param membershipEntries all configurations in the log, ascending
 * @param lastTimestampMillis the timestamp of the last entry, or of the snapshot when that is later
 * @param snapshot the newest snapshot; the state machine has been restored from it
 * @param repair what the log has lost
 */
public record Recovered(
        HardState hardState,
        Optional<FormationRecord> formation,
        EntryId base,
        long lastIndex,
        List<EntryId> termStarts,
        List<LogEntry> membershipEntries,
        long lastTimestampMillis,
        Optional<SnapshotMeta> snapshot,
        RepairMarker repair) {}
