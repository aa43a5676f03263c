package io.pecanraft.protocol;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import java.util.HashSet;
import java.util.Set;

/** Who granted and who refused (§5.2). Sets, not counters: a repeated answer counts once. */
final class VoteTally {

    private final Set<MemberId> granted = new HashSet<>();
    private final Set<MemberId> refused = new HashSet<>();

    /** Notes an answer. The first of each voter stands. */
    void record(MemberId voter, boolean grant) {
        if (!granted.contains(voter) && !refused.contains(voter)) {
            (grant ? granted : refused).add(voter);
        }
    }

    /** Whether a quorum granted; those outside the configuration do not count. */
    boolean isWon(Membership membership) {
        return Quorum.isQuorum(membership, granted::contains);
    }
}
