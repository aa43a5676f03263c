package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.address;
import static io.pecanraft.protocol.ProtocolCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.Standing;
import org.junit.jupiter.api.Test;

/** K9, D07: a server whose storage was lost is a stranger under an old name, and is re-admitted by an operator. */
class StorageReplacedTest {

    private final ProtocolCluster cluster = ProtocolCluster.of(3);

    /** openraft FAQ "wipe node data": a on n1, n2, n3; n3 is wiped, n1 goes; n3 must not help to elect whoever lacks a. */
    @Test
    void aWipedServerElectsNobody() {
        cluster.elect(1);
        cluster.isolate(2);
        Admission admission = cluster.server(1).propose(Entries.payload(1));
        cluster.runMillis(100);
        assertThat(cluster.raft(1).commitIndex()).isGreaterThanOrEqualTo(admission.index());

        cluster.wipe(3);
        cluster.stop(1);
        cluster.heal();
        cluster.runMillis(5_000);

        assertThat(cluster.raft(2).role()).isNotEqualTo(RaftRole.LEADER);
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** The leader says so, and so does the server itself. */
    @Test
    void bothSidesSayThatTheStorageWasReplaced() {
        cluster.elect(1);
        Member known =
                cluster.raft(1).membership().orElseThrow().member(node(3)).orElseThrow();
        cluster.wipe(3);
        cluster.runMillis(1_000);

        Report.StorageReplaced replaced = new Report.StorageReplaced(Entries.member(3, 2), known);
        assertThat(cluster.server(1).reports).containsOnlyOnce(replaced);
        assertThat(cluster.server(3).reports).containsOnlyOnce(replaced);
        assertThat(cluster.raft(3).standing()).isEqualTo(Standing.REPLACED);
    }

    @Test
    void aWipedServerIsReplacedByItselfAndCountsAgain() {
        cluster.elect(1);
        cluster.server(1).propose(Entries.payload(1));
        cluster.wipe(3);

        assertThat(cluster.change(MembershipChange.replace(node(3), address(3))))
                .isInstanceOf(ChangeOutcome.Done.class);

        cluster.runMillis(100);
        assertThat(cluster.raft(3).standing()).isEqualTo(Standing.VOTER);
        cluster.isolate(2);
        Admission admission = cluster.server(1).propose(Entries.payload(2));
        cluster.runMillis(100);
        assertThat(cluster.raft(1).commitIndex()).isGreaterThanOrEqualTo(admission.index());
    }

    /** Asked for once more, when who was re-admitted leads by then; it cannot ask itself over the network who it is. */
    @Test
    void aReadmissionThatIsAskedOfTheServerItselfIsDoneAlready() {
        cluster.elect(3);
        cluster.runMillis(100);
        Membership before = cluster.raft(3).membership().orElseThrow();

        assertThat(cluster.change(MembershipChange.replace(node(3), address(3))))
                .isEqualTo(new ChangeOutcome.Done(before));
    }

    /** It is started as it always was, with the list of those that once founded the cluster. */
    @Test
    void aWipedFounderIsReadmittedThoughItWantsToForm() {
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.wipeFounder(3);
        cluster.runMillis(1_000);
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(cluster.raft(3).standing()).isEqualTo(Standing.REPLACED);

        assertThat(cluster.change(MembershipChange.replace(node(3), address(3))))
                .isInstanceOf(ChangeOutcome.Done.class);
        cluster.runMillis(100);
        assertThat(cluster.raft(3).standing()).isEqualTo(Standing.VOTER);
        cluster.restart(3);
        cluster.runMillis(100);
        assertThat(cluster.raft(3).standing()).isEqualTo(Standing.VOTER);
    }

    /** D08, openraft FAQ "reuse node id": the log that it replays begins with a configuration of n3 alone. */
    @Test
    void aServerThatReplaysAConfigurationOfItsOldStorageAloneDoesNotElectItself() {
        ProtocolCluster one = ProtocolCluster.of(1);
        one.elect(1);
        one.addJoiner();
        one.addJoiner();
        one.change(MembershipChange.add(address(2)).and(MembershipChange.add(address(3))));
        one.change(MembershipChange.remove(node(1)));
        one.runMillis(1_000);
        one.wipe(1);
        VirtualServer wiped = one.server(1);
        VirtualServer leader = one.leader().orElseThrow();
        // Only the first entry arrives, the configuration of n1 alone, and then nobody is heard any more.
        wiped.receive(
                leader.id,
                new AppendEntries(
                        leader.raft.currentTerm(),
                        EntryId.ZERO,
                        1,
                        leader.disk.entries().subList(0, 1)));
        one.isolate(1);
        one.runMillis(5_000);

        assertThat(wiped.raft.role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(wiped.raft.currentTerm()).isEqualTo(leader.raft.currentTerm());
    }

    /** A server that waits to be added campaigns as little as one that has heard of a cluster without it. */
    @Test
    void aJoinerIsQuietUntilItIsAdded() {
        cluster.addJoiner();
        cluster.runMillis(5_000);
        assertThat(cluster.raft(4).role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(cluster.raft(4).currentTerm()).isZero();
        assertThat(cluster.raft(4).standing()).isEqualTo(Standing.OUTSIDER);
        assertThat(cluster.network).isEmpty();
    }

    /** M22: it comes with a term far beyond the cluster's, which must not be the end of elections. */
    @Test
    void aJoinerWithAMuchHigherTermDoesNotUnsettleTheClusterForLong() {
        cluster.elect(1);
        cluster.addJoiner(VirtualDisk.blank().withTerm(100));
        long change = cluster.server(1).change(MembershipChange.addLearner(address(4)));
        cluster.runMillis(3_000);

        assertThat(cluster.server(1).changeOutcomes).containsKey(change);
        VirtualServer leader = cluster.leader().orElseThrow();
        assertThat(leader.raft.currentTerm()).isGreaterThan(100);
        Admission admission = leader.propose(Entries.payload(1));
        cluster.runMillis(100);
        assertThat(leader.raft.commitIndex()).isGreaterThanOrEqualTo(admission.index());
    }
}
