package io.pecanraft.protocol;

import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Majorities (§5.2, §5.3) and joint majorities (§6). Members are told apart by name and incarnation, so a wiped server never
 * counts for the one it was.
 */
final class Quorum {

    private Quorum() {}

    /** How many of {@code voters} are a majority: more than half, also of an even number. */
    static int majority(int voters) {
        return voters / 2 + 1;
    }

    /** Whether those that satisfy the condition are a majority, of both configurations while joint. */
    static boolean isQuorum(Membership membership, Predicate<MemberId> counted) {
        return isMajority(membership.voters(), counted)
                && (!membership.isJoint() || isMajority(membership.outgoingVoters(), counted));
    }

    /**
     * The greatest value that a majority has reached, of both configurations while joint: the commit rule's "majority of
     * matchIndex[i] ≥ N" (Figure 2), and likewise for rounds of heartbeats and times of contact.
     */
    static long reachedByQuorum(Membership membership, ToLongFunction<MemberId> value) {
        long reached = reachedByMajority(membership.voters(), value);
        return membership.isJoint()
                ? Math.min(reached, reachedByMajority(membership.outgoingVoters(), value))
                : reached;
    }

    private static boolean isMajority(List<Member> voters, Predicate<MemberId> counted) {
        int count = 0;
        for (Member voter : voters) {
            if (counted.test(voter.id())) {
                count++;
            }
        }
        return count >= majority(voters.size());
    }

    private static long reachedByMajority(List<Member> voters, ToLongFunction<MemberId> value) {
        long[] values = new long[voters.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.applyAsLong(voters.get(i).id());
        }
        Arrays.sort(values);
        // Ascending: the value at n - majority is reached by itself and all after it, which are a majority.
        return values[values.length - majority(values.length)];
    }
}
