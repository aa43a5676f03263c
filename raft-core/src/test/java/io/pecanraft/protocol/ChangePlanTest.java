package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.address;
import static io.pecanraft.protocol.ProtocolCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** M16: what a change may ask for, and everything that is wrong with it at once. */
class ChangePlanTest {

    private static final List<Integer> NONE = List.of();
    private static final Membership THREE = Entries.voters(List.of(1, 2, 3), NONE, List.of(4));

    @Test
    void everyViolationIsNamed() {
        MembershipChange change = MembershipChange.remove(node(9))
                .and(MembershipChange.promote(node(8)))
                .and(MembershipChange.add(new MemberAddress(node(1), "elsewhere:1")))
                .and(MembershipChange.add(new MemberAddress(node(7), "host2:1")))
                .expecting(5);

        assertThat(violations(change))
                .containsExactly(
                        "it was made for the configuration of index 5, but that of index 0 is in force",
                        "n9 is not a member and cannot be removed",
                        "n8 is not a member and cannot be promoted",
                        "n1 is a member already, at host1:1; to move it to elsewhere:1, change its address",
                        "n2 and n7 would both be at host2:1");
    }

    @Test
    void aVoterMustBeLeft() {
        MembershipChange all = MembershipChange.remove(node(1))
                .and(MembershipChange.demote(node(2)))
                .and(MembershipChange.remove(node(3)));
        assertThat(violations(all)).containsExactly("no voter would be left");
        assertThat(violations(MembershipChange.replaceAll(List.of(), List.of(address(1)))))
                .containsExactly("no voter would be left");
    }

    @Test
    void moreMembersThanCanBeNamedAreRefused() {
        List<MemberAddress> many =
                IntStream.rangeClosed(1, 125).mapToObj(Entries::address).toList();
        assertThat(violations(MembershipChange.replaceAll(many, List.of())))
                .containsExactly("old voters and new members together would be 128, and at most 127 can be named");
    }

    @Test
    void aVoterIsNotAddedAsALearner() {
        assertThat(violations(MembershipChange.addLearner(address(2))))
                .containsExactly("n2 is a voter already; to make it a learner, demote it");
        assertThat(violations(MembershipChange.replace(node(1), address(2))))
                .containsExactly("n2 is a voter already and cannot take the place of n1");
        assertThat(violations(MembershipChange.replaceAll(List.of(address(1), address(1)), List.of())))
                .containsExactly("n1 is named twice");
    }

    @Test
    void stepsAreAppliedOneAfterTheOther() {
        MembershipChange change = MembershipChange.demote(node(1)).and(MembershipChange.promote(node(1)));
        assertThat(target(change)).isEqualTo(THREE);
        MembershipChange swap = MembershipChange.changeAddress(new MemberAddress(node(1), "host2:1"))
                .and(MembershipChange.changeAddress(new MemberAddress(node(2), "host1:1")));
        assertThat(violations(swap)).isEmpty();
    }

    @Test
    void aLearnerIsPromotedByNameOrByAddingIt() {
        Membership promoted = Entries.voters(List.of(1, 2, 3, 4), NONE, NONE);
        assertThat(target(MembershipChange.promote(node(4)))).isEqualTo(promoted);
        assertThat(target(MembershipChange.add(address(4)))).isEqualTo(promoted);
    }

    /** Its storage may be another one than the one that is known, which only the server itself can say. */
    @Test
    void whoIsReplacedUnderItsOwnNameIsAskedWhoItIs() {
        MembershipChange change = MembershipChange.replace(node(3), address(3));
        ChangePlan plan = ChangePlan.of(THREE, change);
        assertThat(plan.newServers()).containsExactly(address(3));

        Incarnation fresh = Entries.member(3, 2).incarnation();
        assertThat(plan.target(Map.of(node(3), fresh)).voters())
                .extracting(Member::id)
                .contains(Entries.member(3, 2))
                .doesNotContain(Entries.member(3));
        Incarnation old = Entries.member(3).incarnation();
        assertThat(plan.target(Map.of(node(3), old))).isEqualTo(THREE);
    }

    /** A leader was lost while n3's new storage was catching up. The next change need not know of that. */
    @Test
    void aReplacementThatWasLeftHalfDoneIsGivenUp() {
        Membership halfDone = new Membership(
                0, THREE.voters(), List.of(), List.of(new Member(Entries.member(3, 2), "host3:1")), List.of());
        ChangePlan plan = ChangePlan.of(halfDone, MembershipChange.changeAddress(new MemberAddress(node(1), "e:1")));
        assertThat(plan.target(Map.of()).learners()).isEmpty();
        assertThat(plan.target(Map.of()).isVoter(Entries.member(3))).isTrue();
    }

    @Test
    void membersThatStayKeepTheirStorage() {
        MembershipChange change = MembershipChange.replaceAll(List.of(address(1), address(5)), List.of(address(2)));
        ChangePlan plan = ChangePlan.of(THREE, change);
        assertThat(plan.newServers()).containsExactly(address(5));
        Membership target = plan.target(Map.of(node(5), Entries.member(5).incarnation()));
        assertThat(target).isEqualTo(Entries.voters(List.of(1, 5), NONE, List.of(2)));
    }

    private static List<String> violations(MembershipChange change) {
        return ChangePlan.of(THREE, change).violations();
    }

    private static Membership target(MembershipChange change) {
        ChangePlan plan = ChangePlan.of(THREE, change);
        assertThat(plan.violations()).isEmpty();
        return plan.target(Map.<NodeId, Incarnation>of());
    }
}
