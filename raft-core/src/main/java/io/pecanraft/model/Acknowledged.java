package io.pecanraft.model;

/**
 * What a follower has acknowledged to the leader of the term, as that leader tells it. Nothing that happens to a sound server within a
 * term takes it back: what is acknowledged is durable, and a follower removes nothing of what it shares with the leader. So a server
 * that does not hold this entry has lost it, and other promises perhaps with it, without knowing: its directory was put back to an
 * older state.
 *
 * @param storage who acknowledged it. A message is addressed to a name, behind which there may be another storage by now
 * @param epoch the {@linkplain RepairMarker#epoch epoch} of the log in which it was acknowledged: a loss that the server itself has
 *     noticed begins another one
 * @param entry the last entry that was acknowledged; {@link EntryId#ZERO} where none is known, but the epoch is
 */
public record Acknowledged(Incarnation storage, long epoch, EntryId entry) {

    /** Checks the ranges. */
    public Acknowledged {
        if (epoch < 0) {
            throw new IllegalArgumentException("a log epoch must not be negative, got " + epoch);
        }
        if (entry.equals(EntryId.ZERO) && epoch == 0) {
            throw new IllegalArgumentException("neither an entry nor an epoch was acknowledged");
        }
    }
}
