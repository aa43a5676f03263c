package io.pecanraft.protocol;

import io.pecanraft.model.Invariant;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the disk has confirmed, and what must not be said before it has.
 *
 * <p>Three rules live here.
 *
 * <p><b>Held messages</b> (thesis §3.8). A granted vote speaks of a durable vote. RequestVote speaks of a term, a vote for
 * oneself <em>and</em> the end of a log, so it waits too. If it did not: A campaigns at term T with an unsynced log up to 12, B
 * grants, A crashes and restarts at T-1 with a log up to 9, campaigns at T again, and B's old grant arrives. A leads T without
 * entries 10 to 12, which B and C may have committed.
 *
 * <p><b>A held message whose ground has moved is dropped.</b> After a change of term nobody may vote or campaign in the old one,
 * and who is no candidate any more does not ask for votes.
 *
 * <p><b>Truncation clamps.</b> Tickets in flight claim "durable up to i". When a suffix is removed, the claims on it are void at
 * once. If they were not: 5..9 of leader A are written but not confirmed; leader B truncates from 7 and appends 7'..9'; the
 * disk confirms A's write; we would acknowledge 9, which is B's 9', not yet on disk (etcd, {@code rawnode.go}, A-B-A).
 */
final class DurabilityTracker {

    private static final int REMEMBERED_FORCES = 4;

    private static final class Ticket {
        final long number;
        final long term;
        final long issuedNanos;
        long claimedIndex;

        Ticket(long number, long term, long claimedIndex, long issuedNanos) {
            this.number = number;
            this.term = term;
            this.claimedIndex = claimedIndex;
            this.issuedNanos = issuedNanos;
        }
    }

    private record Held(long ticket, long term, NodeId to, RaftMessage message) {}

    private final ArrayDeque<Ticket> inFlight = new ArrayDeque<>();
    private final ArrayDeque<Held> held = new ArrayDeque<>();

    /** Messages of this turn that wait for the ticket that this turn's flush will issue, if any. */
    private final List<Held> heldThisTurn = new ArrayList<>();

    private final long[] recentForceNanos = new long[REMEMBERED_FORCES];
    private int remembered;
    private int nextForce;
    private long lastTicket;
    private long durableIndex;
    private long durableTerm;

    DurabilityTracker(long durableIndex, long durableTerm) {
        this.durableIndex = durableIndex;
        this.durableTerm = durableTerm;
    }

    /** The last index of which this server may say that it is durable here. */
    long durableIndex() {
        return durableIndex;
    }

    /** The last term that is durable together with the vote in it. */
    long durableTerm() {
        return durableTerm;
    }

    /** Keeps a message back until everything that this server believes at the end of this turn is durable. */
    void hold(NodeId to, RaftMessage message, long term) {
        heldThisTurn.add(new Held(0, term, to, message));
    }

    /**
     * Drops held requests for votes: who asked is no candidate any more. As a follower of another leader of the same term its
     * log may have been truncated since, and would no longer end as the request says.
     */
    void withdrawCandidacy() {
        held.removeIf(message -> message.message instanceof RaftMessage.RequestVote);
        heldThisTurn.removeIf(message -> message.message instanceof RaftMessage.RequestVote);
    }

    /** Issues the ticket for a write that makes this term and a log up to this index durable. */
    long issue(long term, long lastIndex, long nowNanos) {
        lastTicket++;
        inFlight.addLast(new Ticket(lastTicket, term, lastIndex, nowNanos));
        return lastTicket;
    }

    /** The end of a turn, after the turn's ticket was issued if there was anything to write. */
    void endTurn(long currentTerm, Outbox out) {
        for (Held message : heldThisTurn) {
            held.addLast(new Held(lastTicket, message.term, message.to, message.message));
        }
        heldThisTurn.clear();
        release(currentTerm, out);
    }

    /** The disk has confirmed this ticket and all before it. */
    void persisted(long ticket, long nowNanos) {
        Invariant.that(ticket <= lastTicket, "a ticket was confirmed that was never issued", ticket, lastTicket);
        while (!inFlight.isEmpty() && inFlight.getFirst().number <= ticket) {
            Ticket done = inFlight.removeFirst();
            durableIndex = Math.max(durableIndex, done.claimedIndex);
            durableTerm = Math.max(durableTerm, done.term);
            recentForceNanos[nextForce] = nowNanos - done.issuedNanos;
            remembered = Math.min(remembered + 1, REMEMBERED_FORCES);
            nextForce = (nextForce + 1) % REMEMBERED_FORCES; // never a mere count: an int is full after weeks of writes
        }
    }

    /** This index and all above it were removed from the log. */
    void truncatedFrom(long index) {
        durableIndex = Math.min(durableIndex, index - 1);
        for (Ticket ticket : inFlight) {
            ticket.claimedIndex = Math.min(ticket.claimedIndex, index - 1);
        }
    }

    /** How long the oldest unconfirmed write has waited; 0 when none does. */
    long oldestWaitNanos(long nowNanos) {
        return inFlight.isEmpty() ? 0 : nowNanos - inFlight.getFirst().issuedNanos;
    }

    /**
     * How long a write takes here of late: the median of the last few, the upper one of two, so that a disk that hung once, or
     * a clock that jumped meanwhile, does not pass for a slow disk. 0 before the first write.
     */
    long recentForceNanos() {
        if (remembered == 0) {
            return 0;
        }
        long[] shortestFirst = Arrays.copyOf(recentForceNanos, remembered);
        Arrays.sort(shortestFirst);
        return shortestFirst[remembered / 2];
    }

    private void release(long currentTerm, Outbox out) {
        long confirmed = inFlight.isEmpty() ? lastTicket : inFlight.getFirst().number - 1;
        while (!held.isEmpty() && held.getFirst().ticket <= confirmed) {
            Held message = held.removeFirst();
            if (message.term == currentTerm) {
                out.send(message.to, message.message);
            }
        }
    }
}
