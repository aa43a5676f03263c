package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static io.pecanraft.protocol.ProtocolCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.InTerm;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.protocol.Report.TransferDeclined;
import io.pecanraft.protocol.Report.TransferEnded;
import io.pecanraft.protocol.TransferAdmission.Refusal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Leadership transfer (thesis §3.10), and what it may override (thesis §4.2.3). */
class Thesis3_10TransferTest {

    private static final long ELECTION_TIMEOUT_MILLIS = 150;

    /** A leader of three that has committed everything it has, and whose followers have everything. */
    private static Script leader() {
        return Script.withLog(3, 1).wins(2).acks(2, 2).acks(3, 2).forgetWhatWasSaid();
    }

    private static ProtocolCluster cluster(int size) {
        ProtocolCluster cluster = ProtocolCluster.of(size);
        cluster.elect(1);
        cluster.runMillis(100);
        return cluster;
    }

    private static List<TransferEnded> ends(VirtualServer server) {
        return server.reports.stream()
                .filter(TransferEnded.class::isInstance)
                .map(TransferEnded.class::cast)
                .toList();
    }

    // ---- the ordinary course

    @Test
    void leadershipGoesToTheTargetInOneTermWithoutAPreVote() {
        ProtocolCluster cluster = cluster(3);
        long term = cluster.raft(1).currentTerm();
        cluster.server(1).transfer(node(3));
        cluster.deliverAll();
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.raft(3).currentTerm()).isEqualTo(term + 1);
        assertThat(cluster.raft(1).leader()).contains(node(3));
        assertThat(cluster.raft(1).transferTarget()).isEmpty();
    }

    /** T01: "1. The prior leader stops accepting new client requests" until the target has all it has. */
    @Test
    void nothingIsProposedWhileATransferIsUnderWay() {
        Script script = Script.withLog(3, 1).wins(2).acks(2, 2).forgetWhatWasSaid();
        script.server.transfer(node(3));
        assertThat(script.server.propose(Entries.payload(1)).refusal()).isEqualTo(Admission.Refusal.TRANSFERRING);
        assertThat(script.raft().lastIndex()).isEqualTo(2);
    }

    /** T01: "2. The prior leader fully updates the target server's log to match its own". */
    @Test
    void theTargetIsAskedOnlyOnceItHasEveryEntry() {
        Script script = Script.withLog(3, 1).wins(2).acks(2, 2);
        script.server.propose(Entries.payload(1));
        script.acks(2, 3).forgetWhatWasSaid();
        script.server.transfer(node(3));
        assertThat(script.said(TimeoutNow.class)).isEmpty();
        script.acks(3, 2);
        assertThat(script.said(TimeoutNow.class)).isEmpty();
        script.acks(3, 3);
        assertThat(script.saidTo(3, TimeoutNow.class))
                .containsExactly(new TimeoutNow(script.raft().currentTerm()));
        assertThat(script.saidTo(2, TimeoutNow.class)).isEmpty();
    }

    /** T09: an entry that is committed before the leader lets go is one whose client learns the result. */
    @Test
    void theTargetIsAskedOnlyOnceEveryEntryIsCommitted() {
        Script script = Script.withLog(5, 1).wins(2, 3).acks(2, 2).acks(3, 2);
        script.server.propose(Entries.payload(1));
        script.server.transfer(node(2));
        script.acks(2, 3);
        assertThat(script.said(TimeoutNow.class)).isEmpty();
        script.acks(3, 3);
        assertThat(script.said(TimeoutNow.class)).hasSize(1);
    }

    /** T06: a target that is far behind gets a snapshot first, if there is time for it. */
    @Test
    void aTargetThatNeedsASnapshotGetsItFirst() {
        ProtocolCluster cluster = cluster(3);
        cluster.isolate(3);
        for (int i = 0; i < 10; i++) {
            cluster.server(1).propose(Entries.payload(i));
        }
        cluster.runMillis(60);
        assertThat(cluster.server(1).takeSnapshot()).isTrue();
        cluster.heal();
        boolean[] snapshotSent = new boolean[1];
        cluster.server(1).watch = effect -> snapshotSent[0] |= effect instanceof Effect.SendSnapshotChunk;
        cluster.server(1).transfer(node(3));
        cluster.runMillis(ELECTION_TIMEOUT_MILLIS);
        assertThat(snapshotSent[0]).isTrue();
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.raft(3).commitIndex()).isEqualTo(cluster.raft(3).lastIndex());
    }

    // ---- what the election may override

    /** T04, thesis §4.2.3: those who hear the leader vote all the same. */
    @Test
    void aVoterThatHearsTheLeaderVotesWhenTheLeaderAskedForTheElection() {
        Script script = Script.withLog(3, 1).append(2, 1, id(1, 1), 1);
        script.hears(3, new RequestVote(2, id(1, 1)));
        assertThat(script.raft().currentTerm()).isEqualTo(1);
        script.hears(3, new RequestVote(2, id(1, 1), true));
        assertThat(script.last(RequestVoteResponse.class)).isEqualTo(Entries.vote(2, true, 3));
    }

    /** T04: only that; a log that is behind is no better for it, and a vote that was given stands. */
    @Test
    void theElectionOverridesNeitherTheLogCheckNorAVoteThatWasGiven() {
        Script script = Script.withLog(3, 1, 1).append(2, 1, id(2, 1), 2);
        script.hears(3, new RequestVote(2, id(1, 1), true));
        assertThat(script.last(RequestVoteResponse.class).granted()).isFalse();
        script.hears(2, new RequestVote(2, id(2, 1), false));
        assertThat(script.last(RequestVoteResponse.class).granted()).isTrue();
        script.hears(3, new RequestVote(2, id(2, 1), true));
        assertThat(script.last(RequestVoteResponse.class).granted()).isFalse();
    }

    /** T04: the target asks as one that was told to; and for this election alone. */
    @Test
    void theTargetAsksWithoutAPreVoteForThisElectionAlone() {
        Script script = Script.withLog(3, 1).append(2, 1, id(1, 1), 1).hears(2, new TimeoutNow(1));
        assertThat(script.said(PreVote.class)).isEmpty();
        assertThat(script.said(RequestVote.class))
                .hasSize(2)
                .allMatch(request -> request.transfer() && request.term() == 2);
        script.forgetWhatWasSaid().timesOut();
        assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        script.campaigns(2);
        assertThat(script.said(RequestVote.class))
                .hasSize(2)
                .noneMatch(RequestVote::transfer)
                .allMatch(request -> request.term() == 3);
    }

    /** As every candidate: nobody hears of a term and a vote that a crash may take back. */
    @Test
    void theTargetAsksOnlyWhenItsTermAndVoteAreDurable() {
        Script script = Script.withLog(3, 1).append(2, 1, id(1, 1), 1);
        script.server.diskIsFast = false;
        script.hears(2, new TimeoutNow(1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(script.said(RequestVote.class)).isEmpty();
        script.server.confirmAllWrites();
        assertThat(script.said(RequestVote.class)).hasSize(2);
    }

    // ---- who is asked and should not be

    /** E22 (cockroachdb/cockroach#8535). */
    @Test
    void aServerThatIsNoVoterDoesNotCampaignWhenItIsAsked() {
        List<Member> members = Entries.members(3);
        VirtualDisk disk = VirtualDisk.formed(members).withLog(1);
        SnapshotMeta meta = new SnapshotMeta(
                id(1, 1),
                new Membership(0, members.subList(1, 3), List.of(), members.subList(0, 1), List.of()),
                1_000,
                8,
                7);
        disk.keepSnapshot(meta, 0);
        Script script = new Script(3, disk);
        script.append(2, 1, id(1, 1), 1).hears(2, new TimeoutNow(1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.raft().currentTerm()).isEqualTo(1);
        assertThat(script.server.reports).contains(new TransferDeclined(node(2), "not-a-voter"));
    }

    /** K23. */
    @Test
    void aServerWhoseDiskHangsDoesNotCampaignWhenItIsAsked() {
        Script script = Script.withLog(3, 1);
        script.server.diskIsFast = false;
        script.append(2, 1, id(1, 1), 1, 1).passMillis(1_000).hears(2, new TimeoutNow(1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.server.reports).contains(new TransferDeclined(node(2), "disk-stalled"));
    }

    @Test
    void aRequestOfAnEarlierTermOrOfAnotherThanTheLeaderIsIgnored() {
        Script script = Script.withLog(3, 1).append(2, 2, id(1, 1), 1);
        script.hears(3, new TimeoutNow(1));
        script.hears(3, new TimeoutNow(2));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.raft().currentTerm()).isEqualTo(2);
    }

    /** E18 (openraft 4490c678): no new term, and no end of its leadership. */
    @Test
    void aLeaderThatIsAskedToCampaignInItsTermGoesOn() {
        Script script = leader().hears(2, new TimeoutNow(1));
        script.hears(2, new TimeoutNow(script.raft().currentTerm()));
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    // ---- who may be a target

    /** T03. */
    @Test
    void anUnknownTargetAndAFollowersWishAreRefused() {
        Script script = leader();
        assertThat(script.server.transfer(NodeId.of("n9")).refusal()).isEqualTo(Refusal.UNKNOWN_MEMBER);
        assertThat(Script.withLog(3, 1).server.transfer(node(2)).refusal()).isEqualTo(Refusal.NOT_LEADER);
        assertThat(script.server.propose(Entries.payload(1)).refusal()).isNull();
    }

    /** T03. */
    @Test
    void aLearnerIsRefused() {
        List<Member> members = Entries.members(4);
        Membership membership = new Membership(0, members.subList(0, 3), List.of(), members.subList(3, 4), List.of());
        VirtualDisk disk = VirtualDisk.formed(members)
                .withLog(1)
                .withSnapshot(new SnapshotMeta(id(1, 1), membership, 1_000, 8, 7), 0);
        Script script = new Script(4, disk).wins(2).acks(2, 2);
        assertThat(script.server.transfer(node(4)).refusal()).isEqualTo(Refusal.NOT_A_VOTER);
        assertThat(script.server.transfer(node(2))).isEqualTo(new TransferAdmission(null, node(2)));
    }

    /** T03 (etcd, TestLeaderTransferToSelf): there is nothing to do. */
    @Test
    void aTransferToOneselfChangesNothing() {
        Script script = leader();
        assertThat(script.server.transfer(node(1))).isEqualTo(new TransferAdmission(null, node(1)));
        assertThat(script.server.propose(Entries.payload(1)).refusal()).isNull();
        assertThat(script.said(TimeoutNow.class)).isEmpty();
    }

    /** T07: the first one stands. */
    @Test
    void aSecondTransferJoinsTheFirstOrIsRefused() {
        Script script = Script.withLog(3, 1).wins(2).acks(2, 2);
        assertThat(script.server.transfer(node(3)).refusal()).isNull();
        assertThat(script.server.transfer(node(3))).isEqualTo(new TransferAdmission(null, node(3)));
        assertThat(script.server.transfer(node(2))).isEqualTo(new TransferAdmission(Refusal.ANOTHER_TRANSFER, node(3)));
        assertThat(script.raft().transferTarget()).contains(node(3));
    }

    @Test
    void theBestTargetIsInTouchAndHasTheMost() {
        Script script = Script.withLog(3, 1).wins(2);
        assertThat(script.server.transfer(null).refusal()).isEqualTo(Refusal.NO_CANDIDATE);
        script.acks(2, 1).acks(3, 2);
        assertThat(script.server.transfer(null).target()).isEqualTo(node(3));
    }

    // ---- when it does not succeed

    /** T02, T08: "if leadership transfer does not complete after about an election timeout, the prior leader aborts". */
    @Test
    void whenTheRequestIsLostTheLeaderGoesOnAfterOneElectionTimeout() {
        ProtocolCluster cluster = cluster(3);
        long term = cluster.raft(1).currentTerm();
        cluster.cut(envelope -> envelope.message() instanceof TimeoutNow);
        cluster.server(1).transfer(node(3));
        cluster.runMillis(ELECTION_TIMEOUT_MILLIS - 1);
        assertThat(cluster.server(1).propose(Entries.payload(1)).refusal()).isEqualTo(Admission.Refusal.TRANSFERRING);
        cluster.runMillis(2);
        assertThat(ends(cluster.server(1)))
                .containsExactly(new TransferEnded(node(3), TransferEnded.Reason.TIMED_OUT, true));
        Admission admission = cluster.server(1).propose(Entries.payload(1));
        cluster.server(1).read(7);
        cluster.deliverAll();
        assertThat(cluster.raft(1).commitIndex()).isEqualTo(admission.index());
        assertThat(cluster.server(1).served).containsKey(7L);
        assertThat(cluster.raft(1).currentTerm()).isEqualTo(term);
    }

    /** T08: one that is lost is repeated. */
    @Test
    void aRequestThatIsLostOnceIsRepeated() {
        ProtocolCluster cluster = cluster(3);
        cluster.server(1).transfer(node(3));
        assertThat(cluster.take(TimeoutNow.class)).hasSize(1);
        cluster.runMillis(ELECTION_TIMEOUT_MILLIS / 2);
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.LEADER);
    }

    /** T02 (openraft#1747): reads go on, also while the transfer is under way. */
    @Test
    void readsAreServedDuringATransfer() {
        Script script = Script.withLog(3, 1).wins(2).acks(2, 2);
        script.server.transfer(node(3));
        script.server.read(7);
        script.echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.server.served).containsKey(7L);
    }

    /** T02: a target that cannot catch up holds nothing up for longer. */
    @Test
    void aTargetThatIsOutOfReachIsGivenUp() {
        ProtocolCluster cluster = cluster(3);
        cluster.isolate(3);
        cluster.server(1).propose(Entries.payload(1));
        cluster.deliverAll();
        cluster.server(1).transfer(node(3));
        cluster.runMillis(ELECTION_TIMEOUT_MILLIS + 1);
        assertThat(ends(cluster.server(1)))
                .containsExactly(new TransferEnded(node(3), TransferEnded.Reason.TIMED_OUT, false));
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.server(1).propose(Entries.payload(1)).refusal()).isNull();
    }

    /** A change of the membership that was asked for before goes on, and the target is no voter of what it leads to. */
    @Test
    void aTargetThatLosesItsVoteMeanwhileIsGivenUp() {
        ProtocolCluster cluster = cluster(3);
        cluster.addJoiner();
        cluster.cut(envelope -> envelope.from().node().equals(node(4)) && envelope.message() instanceof InTerm);
        cluster.server(1).change(MembershipChange.add(Entries.address(4)).and(MembershipChange.remove(node(3))));
        cluster.runMillis(50);
        assertThat(cluster.server(1).transfer(node(3)).refusal()).isNull();
        cluster.heal();
        cluster.cut(envelope -> envelope.message() instanceof TimeoutNow);
        cluster.runMillis(ELECTION_TIMEOUT_MILLIS - 1);
        assertThat(ends(cluster.server(1)))
                .containsExactly(new TransferEnded(node(3), TransferEnded.Reason.TARGET_NO_VOTER, true));
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.server(1).propose(Entries.payload(1)).refusal()).isNull();
    }

    /** The time is one election timeout, however often somebody asks again. */
    @Test
    void askingAgainProlongsNothing() {
        ProtocolCluster cluster = cluster(3);
        cluster.cut(envelope -> envelope.message() instanceof TimeoutNow);
        cluster.server(1).transfer(node(3));
        for (int i = 0; i < 5; i++) {
            cluster.runMillis(ELECTION_TIMEOUT_MILLIS / 5);
            cluster.server(1).transfer(node(3));
        }
        cluster.runMillis(1);
        assertThat(ends(cluster.server(1))).hasSize(1);
    }

    /** T02: leadership that is lost on the way ends the transfer with it. */
    @Test
    void aLeaderThatIsDeposedMeanwhileTransfersNoMore() {
        Script script = Script.withLog(3, 1).wins(2).acks(2, 2);
        script.server.transfer(node(3));
        long term = script.raft().currentTerm();
        script.append(2, term + 1, id(2, term), 2);
        assertThat(script.raft().transferTarget()).isEqualTo(Optional.empty());
        script.forgetWhatWasSaid().hears(3, Entries.vote(term, true, 1));
        assertThat(script.said(TimeoutNow.class)).isEmpty();
        assertThat(script.said(AppendEntries.class)).isEmpty();
        assertThat(script.said(InstallSnapshot.class)).isEmpty();
    }
}
