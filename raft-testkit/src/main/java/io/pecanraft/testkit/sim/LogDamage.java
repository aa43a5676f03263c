package io.pecanraft.testkit.sim;

import io.pecanraft.model.EntryId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Damage to a simulated log that was durable, from some entry on, and what its server is bound by until it has that again. */
final class LogDamage {

    /** The log before it was last truncated. */
    private final LogImage beforeTruncation = new LogImage();

    private boolean present;
    private boolean lastPositionKnown;

    /** The first entry that is damaged; 0 for any. */
    private long chosen;

    /** What was lost, and may still have to be answered for; null for nothing. */
    private @Nullable LogImage pledged;

    /** @param knowsLastPosition whether the log will still know how far it had gone */
    void happen(boolean knowsLastPosition) {
        present = true;
        lastPositionKnown = knowsLastPosition;
    }

    /** From this entry on, and nothing that was truncated comes back. */
    void happenFrom(long index) {
        happen(true);
        chosen = index;
    }

    /** Whether there is damage that was not found yet. */
    boolean isPresent() {
        return present;
    }

    /** A log is about to be truncated: what is removed may come back, if the truncation is among what is lost. */
    void truncating(LogImage log) {
        beforeTruncation.copyFrom(log);
    }

    /** Whether an entry was lost that is not there again. */
    boolean answersFor(EntryId entry, LogImage durable) {
        return pledged != null && durable.repair().repairing() && pledged.holds(entry);
    }

    private void pledge(LogImage durable) {
        if (!durable.repair().repairing()) {
            pledged = new LogImage(durable);
        }
    }

    /** What a recovery does about a log that rests on a snapshot which is gone: discards all of it. */
    void discardAll(LogImage durable, EntryId olderSnapshot, long prefixHash, boolean knowsLastPosition) {
        pledge(durable);
        durable.loseAll(
                olderSnapshot, prefixHash, knowsLastPosition ? Optional.of(durable.lastId()) : Optional.empty());
    }

    /** What a recovery does about damage: discards what is damaged. Returns the first entry that is gone. */
    long discard(LogImage durable, SimRandom random) {
        boolean truncationIsLost =
                chosen == 0 && beforeTruncation.base().equals(durable.base()) && random.nextInt(2) == 0;
        LogImage earlier = truncationIsLost ? beforeTruncation : durable;
        long from = chosen == 0 ? random.between(earlier.base().index() + 1, earlier.lastIndex() + 1) : chosen;
        chosen = 0;
        pledge(durable);
        durable.lose(earlier, from, lastPositionKnown ? Optional.of(durable.lastId()) : Optional.empty());
        present = false;
        return from;
    }
}
