package io.pecanraft.protocol;

import io.pecanraft.model.MemberId;
import java.util.Optional;

/**
 * Whether a new server has nearly all of the log, so that it may vote without holding up the others (thesis §4.2.1).
 *
 * <p>In rounds: each sends what is in the leader's log when it begins. A round that took less than an election timeout says
 * that the rest would not take longer either; so many slow ones, that the server will never get there; and no progress at all
 * for the stall time, that it is not even trying.
 */
final class CatchUp {

    private final MemberId member;
    private final ProtocolSettings settings;
    private int slowRounds;
    private boolean lastRoundWasFast;
    private long roundStartNanos;
    private long roundTarget;
    private long lagEntries;

    // The marks that move when there is progress.
    private long matchIndex;
    private long snapshotOffset;
    private long movedNanos;

    private Optional<String> failure = Optional.empty();

    CatchUp(MemberId member, ProtocolSettings settings, long lastIndex, long nowNanos) {
        this.member = member;
        this.settings = settings;
        this.movedNanos = nowNanos;
        begin(lastIndex, nowNanos);
    }

    MemberId member() {
        return member;
    }

    private void begin(long lastIndex, long nowNanos) {
        roundTarget = lastIndex;
        roundStartNanos = nowNanos;
    }

    /** Looks at how far it is. */
    void observe(Progress progress, long lastIndex, long nowNanos) {
        SnapshotTransfer transfer = progress.transfer();
        long offset = transfer == null ? 0 : transfer.acknowledgedOffset();
        if (progress.matchIndex() != matchIndex || offset != snapshotOffset) {
            matchIndex = progress.matchIndex();
            snapshotOffset = offset;
            movedNanos = nowNanos;
        }
        lagEntries = lastIndex - matchIndex;
        if (matchIndex >= roundTarget) {
            endRound(lastIndex, nowNanos);
        } else if (nowNanos - movedNanos >= settings.catchUpStallNanos()) {
            failure = Optional.of("lacks " + lagEntries + " entries and has made no progress for "
                    + millis(nowNanos - movedNanos) + " ms");
        }
    }

    private void endRound(long lastIndex, long nowNanos) {
        long tookNanos = nowNanos - roundStartNanos;
        lastRoundWasFast = tookNanos < settings.electionTimeoutNanos();
        if (!lastRoundWasFast && ++slowRounds >= settings.catchUpRounds()) {
            failure = Optional.of("is too slow: round " + slowRounds + " of what had been written meanwhile took "
                    + millis(tookNanos) + " ms, and it lacks " + lagEntries + " entries again");
        }
        movedNanos = nowNanos;
        begin(lastIndex, nowNanos);
    }

    /** Whether it may vote now: the last round was fast, and so is the present one as far as can be seen. */
    boolean isReady(long nowNanos) {
        return failure.isEmpty() && lastRoundWasFast && nowNanos - roundStartNanos < settings.electionTimeoutNanos();
    }

    /** Why it will not get there, as the end of a sentence; empty while it may. */
    Optional<String> failure() {
        return failure;
    }

    long lagEntries() {
        return lagEntries;
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }
}
