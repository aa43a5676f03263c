package io.pecanraft.protocol;

import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.Introduction;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a leader asserts itself, and how it knows that it still may: heartbeats in numbered rounds (§5.2, §8), and whether a
 * majority answers (CheckQuorum, thesis §6.2).
 */
final class Heartbeats {

    private final ServerState state;
    private final Replication replication;
    private final LeaderLease lease;
    private final long sinceNanos;
    private long nextNanos;

    /** The last round that was sent. */
    private long round;

    Heartbeats(ServerState state, Replication replication, LeaderLease lease, long nowNanos) {
        this.state = state;
        this.replication = replication;
        this.lease = lease;
        sinceNanos = nowNanos;
        sentOnTime(nowNanos);
    }

    /** When the next heartbeat is due. */
    long nextDeadlineNanos() {
        return nextNanos;
    }

    /**
     * Re-arms the timer. Not part of every {@link #send}: the rounds that reads ask for must not put off what a leader checks when
     * its heartbeat is due.
     */
    void sentOnTime(long nowNanos) {
        nextNanos = nowNanos + state.settings.heartbeatIntervalNanos();
    }

    /** Whether a heartbeat should have gone out long ago: the process was paused, or its executor is very late. */
    boolean isOverdue(long nowNanos) {
        return nowNanos - nextNanos > state.settings.heartbeatIntervalNanos();
    }

    /** Sends a round to all followers and returns its number. */
    long send(long nowNanos) {
        round = state.nextRound();
        lease.roundSent(round, nowNanos);
        OptionalInt minimumVersion = state.minimumVersion.spread(replication);
        for (Progress follower : replication.followers()) {
            // Never beyond what it has acknowledged: its log may go on with entries that are not ours.
            long commit = Math.min(state.commitIndex(), follower.matchIndex());
            long knownEpoch = commit == state.commitIndex() ? follower.epoch() : 0;
            state.out.send(
                    follower.node(),
                    new Heartbeat(
                            state.currentTerm(), commit, round, minimumVersion, knownEpoch, acknowledgedBy(follower)));
        }
        return round;
    }

    /** What a follower is held to; no entry when its last one has been compacted away, whose term is not known any more. */
    private Optional<Acknowledged> acknowledgedBy(Progress follower) {
        long match = follower.matchIndex();
        EntryId entry = match < state.log.base().index() ? EntryId.ZERO : state.log.idAt(match);
        return entry.equals(EntryId.ZERO) && follower.epoch() == 0
                ? Optional.empty()
                : Optional.of(new Acknowledged(follower.member().incarnation(), follower.epoch(), entry));
    }

    /** Tells those that have not answered for long who we are: they may be new, or not know where to answer. */
    void introduce(long nowNanos) {
        for (Progress follower : replication.followers()) {
            if (nowNanos - follower.silentSinceNanos() >= state.settings.electionTimeoutNanos()) {
                state.out.send(follower.node(), new Introduction(state.nonce, state.membership.inForce()));
            }
        }
    }

    /** Notes an answer. Returns false for one that does not count. */
    boolean onResponse(MemberId from, HeartbeatResponse response, long nowNanos) {
        Progress follower = replication.heardFrom(from, response.epoch(), nowNanos);
        if (follower == null || response.round() > round) {
            return false;
        }
        state.minimumVersion.announced(follower, response);
        follower.roundAcknowledged(response.round());
        lease.answered(from, response);
        if (replication.acknowledged(follower, response.matchIndex(), nowNanos)) {
            follower.heartbeatAnswered(
                    response.matchIndex(), state.log.lastIndex(), nowNanos, state.settings.electionTimeoutNanos() / 2);
        }
        return true;
    }

    /** The last round that a quorum has echoed: nobody else led when it was sent (thesis §6.4). */
    long echoedByQuorum() {
        return Quorum.reachedByQuorum(state.membership.inForce(), this::roundEchoedBy);
    }

    private long roundEchoedBy(MemberId member) {
        if (member.equals(state.self)) {
            return round;
        }
        Progress progress = replication.progress(member);
        return progress == null ? 0 : progress.acknowledgedRound();
    }

    /** Whether a majority has answered within the election timeout: a leader that cannot hear one leads nobody. */
    boolean reachQuorum(long nowNanos) {
        long quorumContactNanos =
                Quorum.reachedByQuorum(state.membership.inForce(), member -> contactNanos(member, nowNanos));
        return nowNanos - quorumContactNanos < state.settings.electionTimeoutNanos();
    }

    private long contactNanos(MemberId member, long nowNanos) {
        if (member.equals(state.self)) {
            return nowNanos;
        }
        Progress progress = replication.progress(member);
        return progress == null ? sinceNanos : progress.silentSinceNanos();
    }
}
