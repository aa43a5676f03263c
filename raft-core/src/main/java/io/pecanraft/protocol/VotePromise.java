package io.pecanraft.protocol;

/**
 * What a voter owes a leader that serves reads by a lease (thesis §6.4.1): for one election timeout after each heartbeat that it
 * answers it votes for nobody, in no term.
 *
 * <p>Kept beside the term and not in a role, since a promise outlives both. If it did not: B has promised A of term 5; a late
 * answer of D, which speaks of term 6, makes B a follower of term 6 without a leader; D asks B for its vote in term 6 and gets
 * it; D commits a write while A still counts on B, and a read at A misses it.
 *
 * <p>A restart forgets it. So a voter that was just started votes for nobody either, for as long as it may have promised
 * (etcd-io/etcd 7b8cdf3 is the opposite choice, safe only without leases).
 *
 * <p>Without lease reads nothing is promised and nothing is held up.
 */
final class VotePromise {

    private final long promiseNanos;
    private long heldUntilNanos;

    VotePromise(ProtocolSettings settings, long nowNanos) {
        promiseNanos = settings.leaseReads() ? settings.electionTimeoutNanos() : 0;
        heldUntilNanos = nowNanos + promiseNanos;
    }

    /** A heartbeat of the leader is being answered. Returns how long from now on this server votes for nobody. */
    long renew(long nowNanos) {
        heldUntilNanos = Math.max(heldUntilNanos, nowNanos + promiseNanos);
        return promiseNanos;
    }

    /** Whether a vote given now would break it. An election that the leader itself asked for does not. */
    boolean forbidsVote(long nowNanos, boolean transfer) {
        return !transfer && nowNanos < heldUntilNanos;
    }
}
