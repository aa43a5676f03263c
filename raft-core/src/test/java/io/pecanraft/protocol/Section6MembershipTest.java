package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.address;
import static io.pecanraft.protocol.ProtocolCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.Standing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** §6 and thesis ch. 4: servers come and go while the cluster works. Ids are those of known bugs of other implementations. */
class Section6MembershipTest {

    private final ProtocolCluster cluster = ProtocolCluster.of(3);

    // ---- coming

    /** "... new servers join the cluster as non-voting members"; then both majorities decide; then the new one. */
    @Test
    void aNewServerLearnsFirstThenVotesJointlyThenAlone() {
        cluster.elect(1);
        cluster.addJoiner();

        ChangeOutcome outcome = cluster.change(MembershipChange.add(address(4)));

        assertThat(outcome).isEqualTo(new ChangeOutcome.Done(membership(1)));
        assertThat(configurations(1))
                .containsSubsequence("n1 n2 n3", "n1 n2 n3 learners n4", "n1 n2 n3 n4 from n1 n2 n3", "n1 n2 n3 n4");
        cluster.runMillis(100);
        assertThat(cluster.raft(4).standing()).isEqualTo(Standing.VOTER);
        assertThat(cluster.raft(4).commitIndex()).isEqualTo(cluster.raft(1).commitIndex());
        assertThat(cluster.server(2).peers).containsEntry(node(4), "host4:1");
    }

    /** The new server's storage is learned from itself. */
    @Test
    void aNewServerIsKnownByNameAndTheStorageThatItAnswersWith() {
        cluster.elect(1);
        cluster.addJoiner();
        cluster.wipe(4);

        cluster.change(MembershipChange.addLearner(address(4)));

        assertThat(membership(1).member(node(4)).map(Member::id)).contains(Entries.member(4, 2));
    }

    /** M11, thesis §4.2.1: "... without this, availability gaps": from 1 to 3 voters, one of which never comes. */
    @Test
    void whoNeverAnswersIsGivenUpAndTheClusterGoesOnMeanwhile() {
        ProtocolCluster one = ProtocolCluster.of(1);
        one.elect(1);
        one.addJoiner();
        one.addJoiner();
        one.stop(3);
        long change = one.server(1).change(MembershipChange.add(address(2)).and(MembershipChange.add(address(3))));

        one.runMillis(1_000);
        assertThat(one.raft(1).membershipChange(one.now).map(ChangeView::waitsFor))
                .contains("n3 at host3:1 to say who it is");
        Admission admission = one.server(1).propose(Entries.payload(1));
        one.runMillis(100);

        assertThat(one.raft(1).commitIndex()).isGreaterThanOrEqualTo(admission.index());
        one.runMillis(2_000);
        assertThat(one.server(1).changeOutcomes.get(change))
                .isInstanceOfSatisfying(ChangeOutcome.NotCaughtUp.class, stuck -> {
                    assertThat(stuck.node()).isEqualTo(node(3));
                    assertThat(stuck.why()).contains("did not answer at host3:1");
                });
        assertThat(one.raft(1).membership().orElseThrow().members()).hasSize(1);
        assertThat(one.raft(1).membershipChange(one.now)).isEmpty();
    }

    /** M11: a server that answers and then makes no progress is removed again; M05: and the next change is accepted. */
    @Test
    void aLearnerThatMakesNoProgressIsRemovedAgain() {
        cluster.elect(1);
        cluster.addJoiner();
        cluster.cut(e ->
                e.message() instanceof AppendEntriesResponse && e.from().node().equals(node(4)));
        cluster.cut(e -> e.message() instanceof RaftMessage.HeartbeatResponse
                && e.from().node().equals(node(4)));

        ChangeOutcome outcome = cluster.change(MembershipChange.add(address(4)));

        assertThat(outcome).isInstanceOf(ChangeOutcome.NotCaughtUp.class);
        assertThat(voters(1)).isEqualTo("n1 n2 n3");
        assertThat(membership(1).learners()).isEmpty();
        assertThat(cluster.server(1).reports).anyMatch(Report.CatchUpFailed.class::isInstance);
        cluster.heal();
        assertThat(cluster.change(MembershipChange.add(address(4)))).isInstanceOf(ChangeOutcome.Done.class);
    }

    /** S07. §6, §7: a server from which the log's beginning is gone catches up by a snapshot, which carries the membership. */
    @Test
    void aNewServerCatchesUpBySnapshotAndKnowsTheMembersFromIt() {
        cluster.elect(1);
        for (int i = 0; i < 5; i++) {
            cluster.server(1).propose(Entries.payload(i));
        }
        cluster.runMillis(100);
        assertThat(cluster.server(1).takeSnapshot()).isTrue();
        cluster.addJoiner();

        assertThat(cluster.change(MembershipChange.add(address(4)))).isInstanceOf(ChangeOutcome.Done.class);

        cluster.runMillis(100);
        assertThat(cluster.raft(4).snapshot()).isPresent();
        assertThat(cluster.raft(4).membership()).isEqualTo(cluster.raft(1).membership());
    }

    // ---- going

    /** M07, thesis §4.2.2: "a leader that is removed ... steps down once C_new is committed". */
    @Test
    void aLeaderThatRemovesItselfFinishesAndStepsDown() {
        cluster.elect(1);
        long term = cluster.raft(1).currentTerm();

        ChangeOutcome outcome = cluster.change(MembershipChange.remove(node(1)));

        assertThat(outcome).isInstanceOf(ChangeOutcome.Done.class);
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(cluster.raft(1).standing()).isEqualTo(Standing.OUTSIDER);
        cluster.runMillis(1_000);
        VirtualServer next = cluster.leader().orElseThrow();
        assertThat(next.id.node()).isIn(node(2), node(3));
        assertThat(next.raft.currentTerm()).isEqualTo(term + 1);
        // It told the others in the very turn in which it stepped down.
        assertThat(next.raft.membership().orElseThrow().isVoter(cluster.id(1))).isFalse();
    }

    /** M23: demotion is removal from the voters. */
    @Test
    void aLeaderThatDemotesItselfStepsDownAndLearns() {
        cluster.elect(1);

        assertThat(cluster.change(MembershipChange.demote(node(1)))).isInstanceOf(ChangeOutcome.Done.class);
        cluster.runMillis(1_000);

        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(cluster.raft(1).standing()).isEqualTo(Standing.LEARNER);
        VirtualServer next = cluster.leader().orElseThrow();
        next.propose(Entries.payload(1));
        cluster.runMillis(100);
        assertThat(cluster.raft(1).commitIndex()).isEqualTo(next.raft.commitIndex());
    }

    /** M08, thesis §4.2.3: it never hears that it was removed, and calls for elections as soon as it is heard again. */
    @Test
    void aRemovedServerThatMissedItsRemovalDisturbsNobody() {
        cluster.elect(1);
        cluster.isolate(3);
        cluster.change(MembershipChange.remove(node(3)));
        cluster.runMillis(1_000);
        long term = cluster.raft(1).currentTerm();

        cluster.heal();
        cluster.runMillis(3_000);

        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.raft(1).currentTerm()).isEqualTo(term);
    }

    /** A server that is told of its removal does not call for elections at all. */
    @Test
    void aRemovedServerLearnsThatItWasRemoved() {
        cluster.elect(1);
        cluster.change(MembershipChange.remove(node(3)));
        cluster.runMillis(2_000);

        assertThat(cluster.raft(3).standing()).isEqualTo(Standing.OUTSIDER);
        assertThat(cluster.raft(3).commitIndex())
                .isGreaterThanOrEqualTo(membership(1).logIndex());
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** M12: both of two servers are needed to remove one of them; the other then goes on alone. */
    @Test
    void oneOfTwoServersIsRemovedAndTheOtherGoesOnAlone() {
        ProtocolCluster two = ProtocolCluster.of(2);
        two.elect(1);

        assertThat(two.change(MembershipChange.remove(node(2)))).isInstanceOf(ChangeOutcome.Done.class);
        two.stop(2);
        Admission admission = two.server(1).propose(Entries.payload(1));
        two.runMillis(100);

        assertThat(two.raft(1).commitIndex()).isGreaterThanOrEqualTo(admission.index());
    }

    /** Removing a healthy server while another is down would leave a configuration that nobody could ever commit. */
    @Test
    void aChangeThatWouldLeaveNoReachableMajorityIsGivenUp() {
        cluster.elect(1);
        cluster.stop(3);
        cluster.runMillis(500);

        assertThat(cluster.change(MembershipChange.remove(node(2))))
                .isInstanceOfSatisfying(
                        ChangeOutcome.NotCaughtUp.class,
                        unreachable -> assertThat(unreachable.node()).isEqualTo(node(3)));
        assertThat(voters(1)).isEqualTo("n1 n2 n3");
        assertThat(cluster.change(MembershipChange.remove(node(3)))).isInstanceOf(ChangeOutcome.Done.class);
    }

    // ---- several at once

    /** Two servers go and two come in one change: consecutive configurations share no majority, but the joint one does. */
    @Test
    void severalServersAreReplacedInOneChange() {
        cluster.elect(1);
        cluster.addJoiner();
        cluster.addJoiner();

        ChangeOutcome outcome = cluster.change(MembershipChange.add(address(4))
                .and(MembershipChange.replace(node(2), address(5)))
                .and(MembershipChange.remove(node(3))));

        assertThat(outcome).isInstanceOf(ChangeOutcome.Done.class);
        assertThat(voters(1)).isEqualTo("n1 n4 n5");
    }

    @Test
    void aVoterThatIsDemotedInAJointConfigurationLearnsAtItsEnd() {
        cluster.elect(1);
        cluster.addJoiner();

        cluster.change(MembershipChange.demote(node(2)).and(MembershipChange.add(address(4))));

        assertThat(configurations(1)).contains("n1 n3 n4 from n1 n2 n3", "n1 n3 n4 learners n2");
    }

    // ---- where members are

    /** M21: the transport is told by every server, and nothing else changes. */
    @Test
    void aMembersAddressChangesWithoutAJointConfiguration() {
        cluster.elect(1);
        MemberAddress moved = new MemberAddress(node(3), "elsewhere:9");

        cluster.change(MembershipChange.changeAddress(moved));
        cluster.runMillis(100);

        assertThat(cluster.server(1).peers).containsEntry(node(3), "elsewhere:9");
        assertThat(cluster.server(2).peers).containsEntry(node(3), "elsewhere:9");
        assertThat(membership(1).isVoter(cluster.id(3))).isTrue();
        assertThat(configurations(1)).noneMatch(each -> each.contains("from"));
    }

    /** M21: who was away while the leader moved does not know where to answer; the leader introduces itself. */
    @Test
    void aServerThatWasAwayWhileTheLeaderMovedIsToldWhere() {
        cluster.elect(1);
        cluster.stop(3);
        cluster.change(MembershipChange.changeAddress(new MemberAddress(node(1), "elsewhere:9")));
        // What it answers goes to where the leader was, and so it makes no progress.
        cluster.cut(e -> e.from().node().equals(node(3)));
        cluster.cut(e -> e.to().equals(node(3)) && e.message() instanceof RaftMessage.AppendEntries);
        cluster.resume(3);

        cluster.runMillis(1_000);

        assertThat(cluster.server(3).peers).containsEntry(node(1), "elsewhere:9");
    }

    private static Membership withSecondAt(String address, long index) {
        List<Member> three = Entries.members(3);
        return Membership.ofVoters(
                index, List.of(three.get(0), new Member(three.get(1).id(), address), three.get(2)));
    }

    /** Whoever elected it is where it said, and not where a configuration in its log says that was never committed. */
    @Test
    void aLeaderFindsThoseThatElectedItUntilItHasCommitted() {
        Script script = new Script(
                3,
                VirtualDisk.formed(Entries.members(3))
                        .withEntries(List.of(
                                Entries.membership(1, 1, withSecondAt("host2", 1)),
                                Entries.membership(2, 1, withSecondAt("never", 2)))));
        assertThat(script.server.peers).containsEntry(node(2), "never");
        script.hears(2, new RaftMessage.Introduction(7, withSecondAt("host2", 1)));
        assertThat(script.server.peers).containsEntry(node(2), "host2");
        script.wins(2).passMillis(1);
        assertThat(script.server.peers).containsEntry(node(2), "host2");
        script.acks(2, script.raft().lastIndex()).passMillis(1);
        assertThat(script.raft().commitIndex()).isEqualTo(script.raft().lastIndex());
        assertThat(script.server.peers).as("as is committed now").containsEntry(node(2), "never");
    }

    @Test
    void whoHearsALeaderListensToItAlone() {
        Script script = Script.withLog(3, 1).append(3, 1, EntryId.ZERO, 0, 1);
        script.hears(3, new RaftMessage.Introduction(7, withSecondAt("moved", 40)));
        assertThat(script.server.peers).containsEntry(node(2), "moved");
        script.hears(2, new RaftMessage.Introduction(8, withSecondAt("elsewhere", 60)));
        assertThat(script.server.peers).containsEntry(node(2), "moved");
        script.hears(3, new RaftMessage.Introduction(9, withSecondAt("home", 38)));
        assertThat(script.server.peers).containsEntry(node(2), "home");
    }

    // ---- what the tests ask

    private Membership membership(int server) {
        return cluster.raft(server).membership().orElseThrow();
    }

    private String voters(int server) {
        return names(membership(server).voters());
    }

    private static String names(List<Member> members) {
        return String.join(
                " ", members.stream().map(Member::node).map(NodeId::value).toList());
    }

    /** The configurations that were in force at a server, one after the other. */
    private List<String> configurations(int server) {
        return cluster.server(server).reports.stream()
                .filter(Report.MembershipChanged.class::isInstance)
                .map(report -> describe(((Report.MembershipChanged) report).membership()))
                .toList();
    }

    private static String describe(Membership membership) {
        return names(membership.voters())
                + (membership.isJoint() ? " from " + names(membership.outgoingVoters()) : "")
                + (membership.learners().isEmpty() ? "" : " learners " + names(membership.learners()));
    }
}
