package io.pecanraft.spi;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One ordered step of a log. Its parts take effect in the order of the components: hard state and formation record are
 * durable before the log is touched, so no entry of a term survives without the term (openraft, "IO ordering").
 *
 * @param ticket strictly increasing
 * @param hardState the new hard state; null when unchanged. Flushed in every durability mode
 * @param formation the new formation record; null when unchanged. Flushed in every durability mode
 * @param resetTo forget the whole log and go on after this entry, which a durable snapshot includes; null for no reset
 * @param truncateFromIndex remove this index and all above it; 0 for no truncation. Never together with a reset
 * @param entries consecutive entries that follow what is then the end of the log
 * @param repaired whether the log has again, durably, what it had lost: its {@linkplain io.pecanraft.model.RepairMarker marker} is
 *     {@linkplain io.pecanraft.model.RepairMarker#repaired ended}, together with the hard state and before the log is touched
 */
public record LogWrite(
        long ticket,
        @Nullable HardState hardState,
        @Nullable FormationRecord formation,
        @Nullable EntryId resetTo,
        long truncateFromIndex,
        List<LogEntry> entries,
        boolean repaired) {

    /** A write that does not end a repair. */
    public LogWrite(
            long ticket,
            @Nullable HardState hardState,
            @Nullable FormationRecord formation,
            @Nullable EntryId resetTo,
            long truncateFromIndex,
            List<LogEntry> entries) {
        this(ticket, hardState, formation, resetTo, truncateFromIndex, entries, false);
    }

    /** Copies the list and checks that the parts go together. */
    public LogWrite {
        entries = List.copyOf(entries);
        if (resetTo != null && truncateFromIndex != 0) {
            throw new IllegalArgumentException("a reset already removes everything");
        }
        if (truncateFromIndex < 0) {
            throw new IllegalArgumentException("truncation index must not be negative, got " + truncateFromIndex);
        }
    }

    /** The bytes of all payloads. */
    public long payloadBytes() {
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += entry.payloadBytes();
        }
        return bytes;
    }
}
