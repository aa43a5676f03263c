package io.pecanraft.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A cluster configuration: who votes, who learns, and at which log index this came to be (§6, thesis ch. 4).
 *
 * <p>While a change is under way the configuration is <em>joint</em>: decisions need a majority of {@code voters} and a
 * majority of {@code outgoingVoters}, and {@code learnersNext} are the old voters that become learners at its end. Lists
 * are sorted by name, so that equal configurations are equal values and equal bytes.
 *
 * <p>A name may stand for two storages only while the one replaces the other: first the new one learns beside the old voter,
 * then it votes beside the old one in a joint configuration.
 *
 * @param logIndex the index of the entry that holds this configuration; 0 for the one that the cluster was formed with
 * @param voters those that vote and count; at least one
 * @param outgoingVoters the voters before the change; empty when not joint
 * @param learners those that receive the log but neither vote nor count
 * @param learnersNext outgoing voters that become learners when the joint phase ends; empty when not joint
 */
public record Membership(
        long logIndex,
        List<Member> voters,
        List<Member> outgoingVoters,
        List<Member> learners,
        List<Member> learnersNext) {

    /** The greatest number of members of one configuration. */
    public static final int MAX_MEMBERS = 127;

    private static final Comparator<Member> BY_ID = Comparator.comparing(Member::id);

    /** Sorts the lists and checks that no name occurs twice on one side. */
    public Membership {
        voters = sorted(voters);
        outgoingVoters = sorted(outgoingVoters);
        learners = sorted(learners);
        learnersNext = sorted(learnersNext);
        if (logIndex < 0) {
            throw new IllegalArgumentException("log index of a configuration must not be negative, got " + logIndex);
        }
        if (voters.isEmpty()) {
            throw new IllegalArgumentException("a configuration needs at least one voter");
        }
        int size = voters.size() + outgoingVoters.size() + learners.size() + learnersNext.size();
        if (size > MAX_MEMBERS) {
            throw new IllegalArgumentException(
                    "a configuration may name at most " + MAX_MEMBERS + " members, got " + size);
        }
        requireDistinctNames(voters);
        requireDistinctNames(outgoingVoters);
        requireDistinctNames(
                Stream.concat(learners.stream(), learnersNext.stream()).toList());
        requireDisjoint(voters, learners);
        if (outgoingVoters.isEmpty() && !learnersNext.isEmpty()) {
            throw new IllegalArgumentException("only a joint configuration has learners to come");
        }
    }

    /** A configuration of voters alone, not joint. */
    public static Membership ofVoters(long logIndex, List<Member> voters) {
        return new Membership(logIndex, voters, List.of(), List.of(), List.of());
    }

    /** The same configuration, held by the entry at another index. */
    public Membership atIndex(long index) {
        return new Membership(index, voters, outgoingVoters, learners, learnersNext);
    }

    /** Whether decisions need two majorities. */
    public boolean isJoint() {
        return !outgoingVoters.isEmpty();
    }

    /** Whether this very storage votes here, in either majority. */
    public boolean isVoter(MemberId id) {
        return contains(voters, id) || contains(outgoingVoters, id);
    }

    /** Whether this very storage is named here in any part. */
    public boolean contains(MemberId id) {
        return isVoter(id) || contains(learners, id) || contains(learnersNext, id);
    }

    /** What a joint configuration ends in, at an index to be given: the voters alone decide, and learners to come have come. */
    public Membership afterJoint() {
        List<Member> allLearners = new ArrayList<>(learners);
        allLearners.addAll(learnersNext);
        return new Membership(0, voters, List.of(), allLearners, List.of());
    }

    /** Everybody named here, each pair of name and incarnation once, sorted. */
    public List<Member> members() {
        List<Member> all = new ArrayList<>();
        Set<MemberId> seen = new HashSet<>();
        Stream.of(voters, outgoingVoters, learners, learnersNext)
                .flatMap(List::stream)
                .filter(member -> seen.add(member.id()))
                .forEach(all::add);
        all.sort(BY_ID);
        return List.copyOf(all);
    }

    /** The member with this name; while it is being replaced under the same name, the incoming one. */
    public Optional<Member> member(NodeId node) {
        return Stream.of(learners, voters, learnersNext, outgoingVoters)
                .flatMap(List::stream)
                .filter(member -> member.node().equals(node))
                .findFirst();
    }

    private static boolean contains(List<Member> members, MemberId id) {
        for (Member member : members) {
            if (member.id().equals(id)) {
                return true;
            }
        }
        return false;
    }

    private static List<Member> sorted(List<Member> members) {
        return members.stream().sorted(BY_ID).toList();
    }

    private static void requireDisjoint(List<Member> voters, List<Member> learners) {
        for (Member learner : learners) {
            if (contains(voters, learner.id())) {
                throw new IllegalArgumentException(learner.id() + " is named as voter and as learner");
            }
        }
    }

    private static void requireDistinctNames(List<Member> members) {
        Set<NodeId> seen = new HashSet<>();
        for (Member member : members) {
            if (!seen.add(member.node())) {
                throw new IllegalArgumentException("member " + member.node() + " is named twice in a configuration");
            }
        }
    }
}
