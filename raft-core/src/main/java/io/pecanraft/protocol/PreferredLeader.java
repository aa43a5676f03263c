package io.pecanraft.protocol;

import io.pecanraft.model.MemberId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings leadership to the servers that are to be preferred: a leader hands over to a voter of higher priority.
 *
 * <p>Priorities decide who leads, not who is elected: elections stay as they are, and so does what makes them safe and quick. A
 * longer election timeout for the others (the obvious alternative) would make every failover slower, and would not bring
 * leadership back to a server that returns.
 *
 * <p>Three things keep leadership from going to and fro. The other must have been healthy and caught up without a break for the
 * whole delay; the time starts anew with each leader. If leadership comes back soon after it was handed over, or the transfer
 * fails, the delay doubles, up to 32 times; a server that nobody can rely on is asked ever more rarely. And while a change of
 * membership is under way nothing is handed over.
 *
 * <p>Outlives roles, since what is to be remembered is what happened after the last time in office.
 */
final class PreferredLeader {

    private static final int MAX_FACTOR = 32;

    /** Leadership that comes back within so many delays comes back soon. */
    private static final int DELAYS_THAT_ARE_SOON = 4;

    private final ServerState state;
    private final long delayNanos;

    /** Since when, in this leadership, a follower is to be preferred and could take over. */
    private final Map<MemberId, Long> readySinceNanos = new HashMap<>();

    private int factor = 1;
    private boolean handedOver;
    private long handedOverNanos;

    /** The end of the log at the heartbeat before: who has that much is caught up, however busy the leader. */
    private long lastIndexBefore;

    PreferredLeader(ServerState state) {
        this.state = state;
        this.delayNanos = Math.max(state.settings.leaderPriorityDelayNanos(), state.settings.electionTimeoutNanos());
    }

    /** This server became the leader. */
    void tookOffice(long nowNanos) {
        readySinceNanos.clear();
        lastIndexBefore = Long.MAX_VALUE;
        if (handedOver) {
            boolean soon = nowNanos - handedOverNanos < DELAYS_THAT_ARE_SOON * waitNanos();
            factor = soon ? Math.min(2 * factor, MAX_FACTOR) : 1;
            handedOver = false;
        }
    }

    /** At each heartbeat of a leader: to whom it should hand over now, if to anybody. */
    Optional<MemberId> toTakeOver(Replication replication, LeadershipTransfer transfer, long nowNanos) {
        if (transfer.isUnderWay() || state.membership.inForce().isJoint()) {
            return Optional.empty();
        }
        if (handedOver) {
            // We tried, and still lead.
            handedOver = false;
            factor = Math.min(2 * factor, MAX_FACTOR);
            readySinceNanos.clear();
        }
        MemberId best = null;
        int highest = state.settings.leaderPriority();
        for (Progress follower : replication.followers()) {
            if (!isReady(follower, nowNanos)) {
                readySinceNanos.remove(follower.member());
                continue;
            }
            long since = readySinceNanos.computeIfAbsent(follower.member(), member -> nowNanos);
            if (nowNanos - since >= waitNanos() && follower.priority() > highest) {
                best = follower.member();
                highest = follower.priority();
            }
        }
        lastIndexBefore = state.log.lastIndex();
        return Optional.ofNullable(best);
    }

    private boolean isReady(Progress follower, long nowNanos) {
        return follower.priority() > state.settings.leaderPriority()
                && state.membership.inForce().isVoter(follower.member())
                && follower.isHealthy(nowNanos, state.settings)
                && follower.matchIndex() >= lastIndexBefore;
    }

    /** A transfer for the sake of priority has begun. */
    void handsOver(long nowNanos) {
        handedOver = true;
        handedOverNanos = nowNanos;
    }

    private long waitNanos() {
        return factor * delayNanos;
    }
}
