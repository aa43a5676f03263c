package io.pecanraft.testkit.sim;

import io.pecanraft.model.SnapshotMeta;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Damage to simulated snapshots that were durable, until the next start takes them away. */
final class SnapshotDamage {

    private final Set<SnapshotMeta> damaged = new HashSet<>();
    private boolean lastPositionKnown;

    /** @param knowsLastPosition whether a log that goes with the snapshots will still know how far it had gone */
    void happen(SnapshotMeta snapshot, boolean knowsLastPosition) {
        damaged.add(snapshot);
        lastPositionKnown = knowsLastPosition;
    }

    /** Whether there is damage that no start has found yet. */
    boolean isPresent() {
        return !damaged.isEmpty();
    }

    /** Whether this snapshot cannot be read. */
    boolean concerns(SnapshotMeta snapshot) {
        return damaged.contains(snapshot);
    }

    boolean isLastPositionKnown() {
        return lastPositionKnown;
    }

    /** What a recovery does: takes the damaged snapshots away. Returns whether any is left that newer ones have not replaced meanwhile. */
    boolean takeAway(List<SimDisk.StoredSnapshot> snapshots) {
        boolean lost = snapshots.removeIf(stored -> concerns(stored.meta()));
        damaged.clear();
        return lost;
    }
}
