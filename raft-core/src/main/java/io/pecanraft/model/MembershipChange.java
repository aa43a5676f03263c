package io.pecanraft.model;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is to become of a cluster configuration (§6, thesis ch. 4): one or several steps that take effect together.
 *
 * <pre>{@code
 * MembershipChange.add(new MemberAddress(NodeId.of("n4"), "host4:7000"))
 *         .and(MembershipChange.remove(NodeId.of("n1")))
 *         .expecting(status.membership().orElseThrow().logIndex());
 * }</pre>
 *
 * <p>The steps are applied to the configuration in force one after the other; what counts is where they end. Steps name
 * servers and say where they are; with which storage a new server comes the leader asks the server itself.
 *
 * @param steps at least one
 * @param expectedIndex the index of the configuration that the change was made for ({@link Membership#logIndex()}); refused
 *     when another is in force. Empty for whichever is
 */
public record MembershipChange(List<Step> steps, OptionalLong expectedIndex) {

    /** Copies the list and checks that there is something to do. */
    public MembershipChange {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a change of membership needs at least one step");
        }
    }

    /** One step of a change. */
    public sealed interface Step {}

    /**
     * Makes a server a voter: a new one, or one that is a learner at this address. It first receives the log as a learner
     * and votes once it has nearly all of it (thesis §4.2.1). Changes nothing for who votes already, at this address.
     */
    public record Add(MemberAddress member) implements Step {}

    /** Makes a new server a learner: it receives the log and serves reads, but neither votes nor counts. */
    public record AddLearner(MemberAddress member) implements Step {}

    /** Makes a learner a voter, once it has nearly all of the log. Changes nothing for who votes already. */
    public record Promote(NodeId node) implements Step {}

    /** Makes a voter a learner. Changes nothing for who is one already. */
    public record Demote(NodeId node) implements Step {}

    /** Removes a member. */
    public record Remove(NodeId node) implements Step {}

    /**
     * Puts a server in another one's place, with the same right to vote. The names may be the same: then a server whose
     * storage was lost or replaced is admitted with the new one. Nothing is replaced when it comes with the old storage.
     *
     * @param node who goes
     * @param by who comes, and where it is
     */
    public record Replace(NodeId node, MemberAddress by) implements Step {}

    /** Changes where a member is found. Its storage stays the same. */
    public record ChangeAddress(MemberAddress member) implements Step {}

    /**
     * Makes exactly these the members. Who is a member already keeps its storage.
     *
     * @param voters at least one
     * @param learners the others
     */
    public record ReplaceAll(List<MemberAddress> voters, List<MemberAddress> learners) implements Step {

        /** Copies the lists. */
        public ReplaceAll {
            voters = List.copyOf(voters);
            learners = List.copyOf(learners);
        }
    }

    /** These steps, whichever configuration is in force. */
    public static MembershipChange of(Step... steps) {
        return new MembershipChange(List.of(steps), OptionalLong.empty());
    }

    /** {@link Add} alone. */
    public static MembershipChange add(MemberAddress member) {
        return of(new Add(member));
    }

    /** {@link AddLearner} alone. */
    public static MembershipChange addLearner(MemberAddress member) {
        return of(new AddLearner(member));
    }

    /** {@link Promote} alone. */
    public static MembershipChange promote(NodeId node) {
        return of(new Promote(node));
    }

    /** {@link Demote} alone. */
    public static MembershipChange demote(NodeId node) {
        return of(new Demote(node));
    }

    /** {@link Remove} alone. */
    public static MembershipChange remove(NodeId node) {
        return of(new Remove(node));
    }

    /** {@link Replace} alone. */
    public static MembershipChange replace(NodeId node, MemberAddress by) {
        return of(new Replace(node, by));
    }

    /** {@link ChangeAddress} alone. */
    public static MembershipChange changeAddress(MemberAddress member) {
        return of(new ChangeAddress(member));
    }

    /** {@link ReplaceAll} alone. */
    public static MembershipChange replaceAll(List<MemberAddress> voters, List<MemberAddress> learners) {
        return of(new ReplaceAll(voters, learners));
    }

    /**
     * The steps of both, in one change.
     *
     * @throws IllegalArgumentException when the two expect different configurations
     */
    public MembershipChange and(MembershipChange other) {
        if (expectedIndex.isPresent()
                && other.expectedIndex.isPresent()
                && expectedIndex.getAsLong() != other.expectedIndex.getAsLong()) {
            throw new IllegalArgumentException("one change cannot expect the configuration of index "
                    + expectedIndex.getAsLong() + " and that of index " + other.expectedIndex.getAsLong());
        }
        List<Step> all = new ArrayList<>(steps);
        all.addAll(other.steps);
        return new MembershipChange(all, expectedIndex.isPresent() ? expectedIndex : other.expectedIndex);
    }

    /** The same change, to be refused unless the configuration with this index is in force (compare-and-set). */
    public MembershipChange expecting(long index) {
        return new MembershipChange(steps, OptionalLong.of(index));
    }
}
