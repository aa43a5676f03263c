package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.RepairMarker;
import java.util.Optional;

/**
 * What a server whose log has lost entries that it had acknowledged may do until it has them again (protocol-aware recovery; Alagappan
 * et al., FAST 2018; rule K21).
 *
 * <p>It follows and is refilled like any follower; where there is no leader, by {@link LogRefill}. It does not campaign: as a leader
 * it would have nothing to send. It votes by the last position that its log had had, and where that is not known it does not vote: S1, S2 and S3 hold entry 4, committed by S1 and S2; S2's
 * disk loses 3 and 4; if S2 were then judged by a log that ends at 2, it would vote for S3, had that only 3 entries, and 4 were lost.
 *
 * <p>It ends when the log, durably,
 *
 * <ul>
 *   <li>holds the very entry with which it had ended, where that is known, and by Log Matching all before it; or is verified by a
 *       leader to be as up-to-date: then it holds what that leader's term has put in their place. Verified, because what is left of a
 *       damaged log may end with entries that had been replaced, by a record that is lost, and these may be of a later term;
 *   <li>otherwise is verified up to a commit index of the own term of a leader that knows of the loss. What earlier terms have
 *       committed lies below it (Leader Completeness); and the leader had stopped counting what was acknowledged before the loss. If any
 *       commit index would do, an old message could name one that rests on what was lost.
 * </ul>
 */
final class LogRepair {

    private RepairMarker marker;
    private boolean ended;

    /**
     * A commit index of a leader that knows of the loss, and the term in which it named it; 0 for none. The first that it named: one that
     * moved on with every message would never be reached by a server whose disk is slower than the others'.
     */
    private long vouchedCommit;

    private long vouchedTerm;

    LogRepair(RepairMarker marker) {
        this.marker = marker;
    }

    boolean isUnderWay() {
        return marker.repairing();
    }

    /** How often this log has lost entries; in every answer to a leader. */
    long epoch() {
        return marker.epoch();
    }

    /** Whether this server must not vote, because it does not know what its log had held. */
    boolean forbidsVotes() {
        return isUnderWay() && marker.lastPosition().isEmpty();
    }

    /** The last entry that the log had before the loss, as long as it is being repaired and where that is known. */
    Optional<EntryId> lastPosition() {
        return marker.lastPosition();
    }

    /** By what requests for votes are judged: the log, or what it had held when that was more. */
    EntryId lastEntry(EntryId inLog) {
        Optional<EntryId> before = marker.lastPosition();
        return before.isPresent() && before.get().compareTo(inLog) > 0 ? before.get() : inLog;
    }

    /**
     * A leader has named all that it has committed.
     *
     * @param epoch the epoch of this log that it knew of
     */
    void leaderCommits(long epoch, long commitIndex, long term) {
        if (isUnderWay() && epoch == marker.epoch() && term != vouchedTerm) {
            vouchedCommit = commitIndex;
            vouchedTerm = term;
        }
    }

    /** Ends the repair if the log has again what it had lost. */
    void endIfComplete(ServerState state) {
        if (isUnderWay() && isComplete(state)) {
            marker = marker.repaired();
            ended = true;
            state.out.report(new Report.LogRepaired(marker.epoch(), state.lastEntry()));
        }
    }

    private boolean isComplete(ServerState state) {
        long base = state.log.base().index();
        long durable = state.durability.durableIndex();
        long verified = Math.min(durable, state.verifiedIndex());
        Optional<EntryId> before = marker.lastPosition();
        if (before.isPresent()) {
            EntryId last = before.get();
            return (last.index() <= durable && state.log.matches(last))
                    || (verified >= base && state.log.idAt(verified).compareTo(last) >= 0);
        }
        if (vouchedTerm != state.currentTerm() || vouchedCommit > verified) {
            return false;
        }
        if (vouchedCommit >= base && state.log.termAt(vouchedCommit) == vouchedTerm) {
            return true;
        }
        vouchedTerm = 0; // Of an earlier term, or not to be told any more: the next one that the leader names may do.
        return false;
    }

    /** Whether the repair has ended since the last call: this is to be written down. */
    boolean takeEnded() {
        boolean was = ended;
        ended = false;
        return was;
    }
}
