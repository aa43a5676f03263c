package io.pecanraft.model;

import java.util.Optional;

/**
 * What a log remembers of having lost entries that were reported durable (protocol-aware recovery; Alagappan et al., FAST 2018). It
 * is durable before any of them is discarded, so that a log which is short by damage is never taken for one that was always short.
 *
 * @param epoch how often entries were lost; 0 for never. It is in every answer to a leader, which thereby tells what was acknowledged
 *     before a loss from what was acknowledged after it. Never decreases
 * @param repairing whether the log may still lack some of them
 * @param lastPosition the last entry of the log before the loss, where it is known: while repairing, votes are judged by it, and
 *     without it none is given. Empty when not repairing
 */
public record RepairMarker(long epoch, boolean repairing, Optional<EntryId> lastPosition) {

    /** Of a log that has kept everything. */
    public static final RepairMarker NONE = new RepairMarker(0, false, Optional.empty());

    /** Checks that the parts go together. */
    public RepairMarker {
        if (epoch < 0) {
            throw new IllegalArgumentException("a log epoch must not be negative, got " + epoch);
        }
        if ((repairing && epoch == 0) || (!repairing && lastPosition.isPresent())) {
            throw new IllegalArgumentException("epoch " + epoch + ", repairing " + repairing + ", last position "
                    + lastPosition + " do not go together");
        }
    }

    /**
     * The marker of a loss, which may come while an earlier one is being repaired: then the log had been up to the later of both
     * positions, and where one is unknown, up to an unknown one.
     */
    public RepairMarker lost(Optional<EntryId> newLastPosition) {
        Optional<EntryId> last = repairing
                ? lastPosition.flatMap(before -> newLastPosition.map(now -> now.compareTo(before) > 0 ? now : before))
                : newLastPosition;
        return new RepairMarker(epoch + 1, true, last);
    }

    /** The marker of a log that has again all that it had lost. The epoch stays for good. */
    public RepairMarker repaired() {
        return new RepairMarker(epoch, false, Optional.empty());
    }
}
