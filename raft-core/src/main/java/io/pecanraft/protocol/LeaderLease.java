package io.pecanraft.protocol;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a leader may take for granted that nobody else leads (thesis §6.4.1): as long as a quorum has promised not to vote.
 *
 * <p>A follower's promise runs from the moment when it got a heartbeat, which this leader cannot know; so it counts from when
 * the heartbeat's round was sent, which was earlier, and never from when the answer came. Clocks are compared by rate alone: a
 * promise counts for less by what two clocks may drift apart meanwhile.
 *
 * <p>Two things end it early. Once TimeoutNow has left, the promises do not bind any more (they make an exception for the
 * election that the leader asked for), and when that message will arrive nobody can say; so there is no lease for the rest of
 * the term. And a leader that notices a pause of its own process begins anew with the next round.
 */
final class LeaderLease {

    private static final long MILLIONTHS = 1_000_000;

    /** Rounds closer together than this share the time of the first: bounds what is remembered, at the price of that time. */
    private static final int ROUNDS_PER_HEARTBEAT_INTERVAL = 8;

    private record Round(long number, long sentNanos) {}

    private final ServerState state;
    private final ArrayDeque<Round> rounds = new ArrayDeque<>();

    /** Until when each follower votes for nobody, on our clock, at the least. */
    private final Map<MemberId, Long> promisedUntilNanos = new HashMap<>();

    private boolean over;

    LeaderLease(ServerState state) {
        this.state = state;
    }

    /** A round of heartbeats is being sent. */
    void roundSent(long number, long nowNanos) {
        long leastGapNanos = state.settings.heartbeatIntervalNanos() / ROUNDS_PER_HEARTBEAT_INTERVAL;
        if (over || !state.settings.leaseReads()) {
            return;
        }
        if (!rounds.isEmpty() && nowNanos - rounds.getLast().sentNanos < leastGapNanos) {
            return;
        }
        while (!rounds.isEmpty() && nowNanos - rounds.getFirst().sentNanos > state.settings.electionTimeoutNanos()) {
            rounds.removeFirst();
        }
        rounds.addLast(new Round(number, nowNanos));
    }

    /** A follower answered a round, and promises something or nothing. What promises less than before changes nothing. */
    void answered(MemberId from, HeartbeatResponse response) {
        long promiseNanos = Math.min(response.promiseNanos(), state.settings.electionTimeoutNanos());
        if (over || promiseNanos == 0) {
            return;
        }
        Round sent = null;
        for (Round round : rounds) {
            if (round.number > response.round()) {
                break;
            }
            sent = round;
        }
        if (sent != null) {
            long driftNanos = promiseNanos / MILLIONTHS * state.settings.maxClockDriftPpm() + 1;
            promisedUntilNanos.merge(from, sent.sentNanos + promiseNanos - driftNanos, Math::max);
        }
    }

    /** Whether nobody else leads at this time, which must have been read from the clock after whoever asks had asked. */
    boolean holds(long nowNanos) {
        if (over || promisedUntilNanos.isEmpty()) {
            return false;
        }
        return nowNanos < Quorum.reachedByQuorum(state.membership.inForce(), this::promisedUntilNanos);
    }

    private long promisedUntilNanos(MemberId member) {
        // We ourselves vote for nobody while we lead.
        return member.equals(state.self) ? Long.MAX_VALUE : promisedUntilNanos.getOrDefault(member, Long.MIN_VALUE);
    }

    /** The process was paused: only rounds to come count. */
    void beginAnew() {
        rounds.clear();
        promisedUntilNanos.clear();
    }

    /** A follower is asked to campaign: no lease any more in this term, whatever becomes of that. */
    void end() {
        over = true;
        beginAnew();
    }
}
