package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage;

/**
 * Figure 2, rules for all servers: a later term makes us its follower; an earlier one is answered with ours, or ignored.
 *
 * <p>Whether the sender is a member is deliberately not checked: a server may not know the latest configuration yet (thesis
 * §4.1). Disruption is prevented by {@link Role#knowsLiveLeader}.
 */
final class TermRules {

    /**
     * How far a term may lie beyond our own. What lies farther is no term but damage: at one election a millisecond it would take
     * 34 years to get that far ahead.
     *
     * <p>A step, and not a greatest term for ever: whatever that were, a damaged peer could speak of exactly it, be believed, and
     * nobody could raise his term any more to be elected. From 0 to the last number it takes eight million steps of this size,
     * each by a peer that went on with the damage of the one before.
     */
    static final long MAX_STEP = 1L << 40;

    private final ServerState state;
    private final Roles roles;

    TermRules(Roles roles) {
        this.state = roles.state;
        this.roles = roles;
    }

    /** Compares terms. Returns whether the message is to be handled as one of the current term. */
    boolean admit(MemberId from, RaftMessage.InTerm message, long nowNanos) {
        long term = message.term();
        if (!isCredible(term, state.currentTerm())) {
            state.out.report(new Report.PeerAnomaly(
                    from, "speaks of term " + term + ", out of reach from term " + state.currentTerm()));
            return false;
        }
        if (term > state.currentTerm()) {
            if (message instanceof RaftMessage.RequestVote request && isBoundToALeader(request, nowNanos)) {
                // Thesis §4.2.3: "without updating its term or granting its vote".
                state.out.report(new Report.VoteRefused(from, term, "leader-alive"));
                return false;
            }
            roles.enterTermAsFollower(term, nowNanos);
            return true;
        }
        if (term < state.currentTerm()) {
            answerFromLaterTerm(from, message);
            // A server with an earlier term may still tell us that it would vote for us.
            return message instanceof RaftMessage.PreVoteResponse;
        }
        return true;
    }

    /** Whether this server hears a leader, or has promised one not to vote; unless that leader asked for the election. */
    private boolean isBoundToALeader(RaftMessage.RequestVote request, long nowNanos) {
        return (!request.transfer() && roles.current().knowsLiveLeader(nowNanos))
                || state.promise.forbidsVote(nowNanos, request.transfer());
    }

    /** Whether another server may be in this term while we are in ours. */
    static boolean isCredible(long term, long currentTerm) {
        return term - currentTerm <= MAX_STEP;
    }

    /** A sender that is behind learns the term, steps down if it leads, and catches up. */
    private void answerFromLaterTerm(MemberId from, RaftMessage.InTerm message) {
        long term = state.currentTerm();
        if (message instanceof RaftMessage.RequestVote) {
            state.out.send(from.node(), new RaftMessage.RequestVoteResponse(term, false, from.incarnation()));
        } else if (message instanceof RaftMessage.AppendEntries append) {
            state.out.send(
                    from.node(),
                    new RaftMessage.AppendEntriesResponse(
                            term, false, append.prev().index(), EntryId.ZERO));
        } else if (message instanceof RaftMessage.Heartbeat heartbeat) {
            state.out.send(from.node(), new RaftMessage.HeartbeatResponse(term, heartbeat.round(), 0));
        } else if (message instanceof RaftMessage.InstallSnapshot install) {
            state.out.send(
                    from.node(),
                    new RaftMessage.InstallSnapshotResponse(term, install.meta().lastIncludedIndex(), 0, false));
        }
    }
}
