package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.address;
import static io.pecanraft.protocol.Entries.id;
import static io.pecanraft.protocol.Entries.membership;
import static io.pecanraft.protocol.Entries.voters;
import static io.pecanraft.protocol.ProtocolCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.model.Standing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** §6, thesis §4.3: what counts while two configurations decide, and in whichever one is in force. One server's view. */
class JointConsensusTest {

    private static final List<Integer> NONE = List.of();

    /** n1 with a log that begins with this configuration, and whatever follows it, all of term 1. */
    private static Script with(Membership membership, LogEntry... more) {
        List<LogEntry> log = new ArrayList<>(List.of(membership(1, 1, membership)));
        log.addAll(List.of(more));
        return new Script(0, VirtualDisk.blank().withEntries(log));
    }

    // ---- M13: both majorities

    @Test
    void anElectionNeedsBothMajorities() {
        Script script = with(voters(List.of(1, 4, 5), List.of(1, 2, 3), NONE)).campaigns(4, 2);

        script.hears(4, vote(script)).hears(5, vote(script));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.hears(2, vote(script));
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    void aCommitNeedsBothMajorities() {
        Script script = with(voters(List.of(1, 4, 5), List.of(1, 2, 3), NONE)).wins(4, 2);
        long noOp = script.raft().lastIndex();

        script.acks(4, noOp).acks(5, noOp);
        assertThat(script.raft().commitIndex()).isZero();
        script.acks(2, noOp);
        assertThat(script.raft().commitIndex()).isEqualTo(noOp);
    }

    @Test
    void aReadNeedsBothMajorities() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE)).wins(2);
        script.acks(2, script.raft().lastIndex());
        script.server.change(MembershipChange.remove(node(3)));
        script.forgetWhatWasSaid().server.read(1);
        long round = script.last(Heartbeat.class).round();

        script.echoes(3, round); // n1 and n3 are a majority of the old three, but not of the new two
        assertThat(script.server.served).isEmpty();
        script.echoes(2, round);
        assertThat(script.server.served).containsKey(1L);
    }

    /** Thesis §6.2: the old majority is silent. */
    @Test
    void aLeaderThatHearsOnlyOneOfTheMajoritiesStepsDown() {
        Script script = with(voters(List.of(1, 4, 5), List.of(1, 2, 3), NONE)).wins(4, 2);
        for (int i = 0; i < 10 && script.raft().role() == RaftRole.LEADER; i++) {
            script.timesOut();
            if (script.raft().role() == RaftRole.LEADER) {
                long round = script.last(Heartbeat.class).round();
                script.echoes(4, round).echoes(5, round);
            }
        }
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    // ---- M10: learners

    /** M10: votes, copies and answers of who only learns count nowhere. */
    @Test
    void aLearnerCountsNeitherForElectionsNorForCommitsNorForReads() {
        Script script = with(voters(List.of(1, 2, 3), NONE, List.of(4, 5))).campaigns(2, 4);
        script.hears(4, vote(script)).hears(5, vote(script));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.hears(2, vote(script));
        long noOp = script.raft().lastIndex();

        script.acks(4, noOp).acks(5, noOp);
        assertThat(script.raft().commitIndex()).isZero();
        script.acks(2, noOp);
        script.forgetWhatWasSaid().server.read(1);
        long round = script.last(Heartbeat.class).round();
        script.echoes(4, round).echoes(5, round);
        assertThat(script.server.served).isEmpty();
    }

    /** F09: nobody waits for those who only learn, or for a voter that is gone. */
    @Test
    void silentLearnersAndADeadVoterHoldUpNoCommit() {
        Script script =
                with(voters(List.of(1, 2, 3), NONE, List.of(4, 5, 6, 7, 8, 9))).wins(2);
        for (int i = 0; i < 300; i++) {
            long index = script.server.propose(Entries.payload(i)).index();
            script.acks(2, index);
            assertThat(script.raft().commitIndex()).isEqualTo(index);
            assertThat(script.server.appliedIndex).isEqualTo(index);
        }
    }

    @Test
    void aLeaderThatHearsOnlyLearnersStepsDown() {
        Script script = with(voters(List.of(1, 2, 3), NONE, List.of(4, 5))).wins(2);
        for (int i = 0; i < 10 && script.raft().role() == RaftRole.LEADER; i++) {
            script.timesOut();
            if (script.raft().role() == RaftRole.LEADER) {
                long round = script.last(Heartbeat.class).round();
                script.echoes(4, round).echoes(5, round);
            }
        }
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** A learner that hears nobody stays quiet; it is nobody's business to elect it. */
    @Test
    void aLearnerDoesNotCampaign() {
        Script script = with(voters(List.of(2, 3), NONE, List.of(1)));
        for (int i = 0; i < 5; i++) {
            script.timesOut();
        }
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** E21, etcd#10998: it may be a voter already and not know it. */
    @Test
    void aLearnerAnswersVoteRequests() {
        Script script = with(voters(List.of(2, 3), NONE, List.of(1)));
        script.asksForVote(2, 2, id(1, 1));
        assertThat(script.server.raft.votedFor()).contains(Entries.member(2));
    }

    /** M09, thesis §4.2.2: "a server that is not part of its own latest configuration" votes all the same. */
    @Test
    void aServerThatItsConfigurationDoesNotNameAnswersVoteRequests() {
        Script script = with(voters(List.of(2, 3), NONE, NONE));
        script.asksForVote(2, 2, id(1, 1));
        assertThat(script.server.raft.votedFor()).contains(Entries.member(2));
    }

    // ---- M02, M03: in force when appended, no longer when truncated

    @Test
    void aConfigurationIsInForceWhenAppendedAndNotWhenTruncated() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE));
        Membership joint = voters(List.of(1, 2, 3, 4), List.of(1, 2, 3), NONE);
        script.append(2, 2, id(1, 1), 1, List.of(membership(2, 2, joint)));
        assertThat(script.raft().membership()).contains(joint.atIndex(2));
        assertThat(script.server.peers).containsKey(node(4));

        script.append(3, 3, id(1, 1), 1, 3);
        assertThat(script.raft().membership().orElseThrow().logIndex()).isEqualTo(1);
        assertThat(script.server.peers).doesNotContainKey(node(4));
    }

    /** M03: after a restart the newest configuration in the log is in force, and can still be rolled back. */
    @Test
    void anUncommittedConfigurationIsInForceAfterARestart() {
        Membership joint = voters(List.of(1, 2, 3, 4), List.of(1, 2, 3), NONE);
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE), membership(2, 1, joint));
        assertThat(script.raft().membership()).contains(joint.atIndex(2));

        script.append(3, 3, id(1, 1), 1, 3);
        assertThat(script.raft().membership().orElseThrow().isJoint()).isFalse();
    }

    /** E23: votes are counted by the newest configuration in the log, though it is not committed. */
    @Test
    void votesAreCountedByTheNewestConfigurationInTheLog() {
        Membership joint = voters(List.of(1, 4, 5), List.of(1, 2, 3), NONE);
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE), membership(2, 1, joint))
                .campaigns(2, 4);
        script.hears(2, vote(script)).hears(3, vote(script));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    // ---- what a snapshot says

    private static InstallSnapshot snapshotWith(Membership membership) {
        SnapshotMeta meta = new SnapshotMeta(id(3, 2), membership.atIndex(3), 1_000, Long.BYTES, 7);
        return new InstallSnapshot(2, meta, 0, ByteBuffer.allocate(Long.BYTES));
    }

    /** S08, etcd e515a67, a424e5b: who got it by a snapshot counts by both majorities too, also after a restart. */
    @Test
    void aJointConfigurationFromASnapshotNeedsBothMajorities() {
        Membership joint = voters(List.of(1, 4, 5), List.of(1, 2, 3), NONE);
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE)).hears(2, snapshotWith(joint));
        for (int i = 0; i < 2; i++) {
            assertThat(script.raft().membership()).contains(joint.atIndex(3));
            script.campaigns(2, 4).hears(2, vote(script)).hears(3, vote(script));
            assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
            script.hears(4, vote(script));
            assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
            script.server.restart();
        }
    }

    /** S09, etcd 2f28e8a: its own log calls it a voter; the snapshot is right. */
    @Test
    void aVoterAcceptsASnapshotThatCallsItALearnerAndLearns() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE))
                .hears(2, snapshotWith(voters(List.of(2, 3), NONE, List.of(1))));
        assertThat(script.last(InstallSnapshotResponse.class)).isEqualTo(new InstallSnapshotResponse(2, 3, 0, true));
        assertThat(script.raft().standing()).isEqualTo(Standing.LEARNER);

        script.append(2, 2, id(3, 2), 4, 2);
        assertThat(script.server.appliedIndex).isEqualTo(4);
        assertThat(script.last(AppendEntriesResponse.class).index()).isEqualTo(4);
        for (int i = 0; i < 5; i++) {
            script.timesOut();
        }
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** S09, the other way: it was promoted while it was away. */
    @Test
    void aLearnerThatASnapshotCallsAVoterCampaigns() {
        Script script = with(voters(List.of(2, 3), NONE, List.of(1)))
                .hears(2, snapshotWith(voters(List.of(1, 2, 3), NONE, NONE)));
        assertThat(script.raft().standing()).isEqualTo(Standing.VOTER);
        script.wins(3);
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    // ---- who finishes a change

    /** M04, M14: a leader that inherits a joint configuration finishes it, once an entry of its own is committed. */
    @Test
    void aNewLeaderFinishesAJointConfiguration() {
        Script script = with(voters(List.of(1, 2, 4), List.of(1, 2, 3), NONE)).wins(2);
        long noOp = script.raft().lastIndex();
        assertThat(script.raft().membership().orElseThrow().isJoint()).isTrue();

        script.acks(2, noOp);

        Membership last = script.raft().membership().orElseThrow();
        assertThat(last.isJoint()).isFalse();
        assertThat(last.logIndex()).isEqualTo(noOp + 1);
    }

    /** M12: C_new is on this server alone, which it does not name, and the other one's log is behind. */
    @Test
    void aServerThatItsUncommittedConfigurationDoesNotNameCampaignsAndStepsDown() {
        Script script = with(voters(List.of(2), List.of(1, 2), NONE), membership(2, 1, voters(List.of(2), NONE, NONE)))
                .wins(2);
        script.acks(2, script.raft().lastIndex());
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.said(Heartbeat.class)).anyMatch(heartbeat -> heartbeat.commit() == 3);
        script.forgetWhatWasSaid();
        for (int i = 0; i < 5; i++) {
            script.timesOut();
        }
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** C10: a leader that its configuration does not name counts the others alone, and so do reads and CheckQuorum. */
    @Test
    void aLeaderOutsideTheConfigurationDoesNotCountItself() {
        Script script = with(
                        voters(List.of(2, 3), List.of(1, 2, 3), NONE),
                        membership(2, 1, voters(List.of(2, 3), NONE, NONE)))
                .wins(2, 3);
        long noOp = script.raft().lastIndex();
        script.acks(2, noOp);
        assertThat(script.raft().commitIndex()).isZero();
        script.acks(3, noOp);
        assertThat(script.raft().commitIndex()).isEqualTo(noOp);
    }

    // ---- one at a time, and not before an entry of the own term

    /** M01, Ongaro 2015: a change waits until an entry of the leader's own term is committed. */
    @Test
    void noConfigurationIsAppendedBeforeAnEntryOfTheOwnTermIsCommitted() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE)).wins(2);
        long noOp = script.raft().lastIndex();

        script.server.change(MembershipChange.remove(node(3)));
        assertThat(script.raft().lastIndex()).isEqualTo(noOp);
        script.acks(2, noOp);
        assertThat(script.raft().membership().orElseThrow().isJoint()).isTrue();
    }

    /** The joint configuration was committed, but by an earlier leader: this one still has to commit something of its own. */
    @Test
    void noFinalConfigurationIsAppendedBeforeAnEntryOfTheOwnTermIsCommitted() {
        Script script = with(voters(List.of(1, 2), List.of(1, 2, 3), NONE));
        script.append(2, 1, id(1, 1), 1);
        assertThat(script.raft().commitIndex()).isEqualTo(1);
        script.wins(2);
        assertThat(script.raft().membership().orElseThrow().isJoint()).isTrue();
    }

    /** M05, M20: while one is under way every other is refused, and afterwards the next one is accepted. */
    @Test
    void thereIsOneChangeAtATime() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE)).wins(2);
        script.acks(2, script.raft().lastIndex());
        script.server.change(MembershipChange.remove(node(3)));
        long joint = script.raft().membership().orElseThrow().logIndex();

        long second = script.server.change(MembershipChange.demote(node(2)));
        assertThat(script.server.changeOutcomes).containsEntry(second, new ChangeOutcome.InProgress(joint));
        assertThat(script.raft().membershipChange(script.now).map(ChangeView::waitsFor))
                .contains("a majority of the old voters and one of the new; not heard: n3");

        script.acks(2, script.raft().lastIndex()).acks(2, script.raft().lastIndex());
        assertThat(script.server.changeOutcomes.get(1L)).isInstanceOf(ChangeOutcome.Done.class);
        long third = script.server.change(MembershipChange.demote(node(2)));
        assertThat(script.server.changeOutcomes).doesNotContainKey(third);
    }

    /** A second configuration is not appended while the one before it is not committed, though it is the same change. */
    @Test
    void thereIsOneUncommittedConfigurationAtATime() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE)).wins(2);
        script.acks(2, script.raft().lastIndex());
        script.server.change(MembershipChange.remove(node(3)));
        long joint = script.raft().membership().orElseThrow().logIndex();
        script.server.propose(Entries.payload(1));

        script.acks(2, joint - 1);
        assertThat(script.raft().membership().orElseThrow().logIndex()).isEqualTo(joint);
        script.acks(2, joint);
        assertThat(script.raft().membership().orElseThrow().logIndex()).isGreaterThan(joint);
    }

    /** M05, etcd 141a265: a change that changes nothing, or cannot be, leaves nothing pending. */
    @Test
    void aChangeThatChangesNothingSucceedsAtOnceAndLeavesNothingBehind() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE)).wins(2);
        script.acks(2, script.raft().lastIndex());
        long last = script.raft().lastIndex();

        long nothing = script.server.change(MembershipChange.add(address(2)));
        long impossible = script.server.change(MembershipChange.remove(node(9)));

        assertThat(script.server.changeOutcomes.get(nothing)).isInstanceOf(ChangeOutcome.Done.class);
        assertThat(script.server.changeOutcomes.get(impossible)).isInstanceOf(ChangeOutcome.Invalid.class);
        assertThat(script.raft().lastIndex()).isEqualTo(last);
        script.server.change(MembershipChange.remove(node(3)));
        assertThat(script.raft().membership().orElseThrow().isJoint()).isTrue();
    }

    /** M20: compare-and-set on the configuration that the change was made for. */
    @Test
    void aChangeThatWasMadeForAnotherConfigurationIsRefused() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE)).wins(2);
        script.acks(2, script.raft().lastIndex());

        long stale = script.server.change(MembershipChange.remove(node(3)).expecting(0));
        assertThat(script.server.changeOutcomes.get(stale)).isInstanceOf(ChangeOutcome.Invalid.class);
        script.server.change(MembershipChange.remove(node(3)).expecting(1));
        assertThat(script.raft().membership().orElseThrow().isJoint()).isTrue();
    }

    /** Whoever asks is told what became of it also when leadership is lost; whether it takes effect is then open. */
    @Test
    void aChangeEndsWithTheLeadership() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE)).wins(2);
        long early = script.server.change(MembershipChange.remove(node(3)));
        script.heartbeat(2, 9, 0);
        assertThat(script.server.changeOutcomes).containsEntry(early, new ChangeOutcome.NotLeader());

        Script late = with(voters(List.of(1, 2, 3), NONE, NONE)).wins(2);
        late.acks(2, late.raft().lastIndex());
        long appended = late.server.change(MembershipChange.remove(node(3)));
        late.heartbeat(2, 9, 0);
        assertThat(late.server.changeOutcomes).containsEntry(appended, new ChangeOutcome.Lost(3));
        long there = late.server.change(MembershipChange.remove(node(3)));
        assertThat(late.server.changeOutcomes).containsEntry(there, new ChangeOutcome.NotLeader());
    }

    // ---- what a smaller or larger quorum does at once

    /** C09, etcd 2902537: what the new, smaller majority already has is committed in the same turn, and all are told. */
    @Test
    void aQuorumThatShrinksCommitsWhatItHasAndTellsAll() {
        Membership joint = voters(List.of(1, 2, 3), List.of(1, 2, 3, 4, 5), NONE);
        Script script = with(voters(List.of(1, 2, 3, 4, 5), NONE, NONE), membership(2, 1, joint))
                .wins(2, 3);
        long noOp = script.raft().lastIndex();
        long command = script.server.propose(Entries.payload(1)).index();
        // The final configuration has the same three of five to wait for; but n3 is behind by the command.
        script.acks(2, command).acks(3, noOp);
        assertThat(script.raft().membership().orElseThrow().isJoint()).isFalse();
        assertThat(script.raft().commitIndex()).isEqualTo(command);
        assertThat(script.saidTo(3, AppendEntries.class))
                .anyMatch(append -> append.entries().stream().anyMatch(e -> e.type() == EntryType.MEMBERSHIP));
        assertThat(script.saidTo(2, Heartbeat.class)).anyMatch(heartbeat -> heartbeat.commit() >= noOp);
    }

    /** M15: a new member has had no time to answer, which says nothing about whether the leader is heard. */
    @Test
    void aNewMembersSilenceDoesNotDeposeTheLeader() {
        Progress welcomed = new Progress(Entries.member(2), 0, 1, Entries.SETTINGS, 7_000);
        assertThat(welcomed.silentSinceNanos()).isEqualTo(7_000);
        welcomed.contact(9_000);
        assertThat(welcomed.silentSinceNanos()).isEqualTo(9_000);
    }

    // ---- under the same name

    /** D07, C17, K9: neither its vote nor its copies count for the storage that the configuration knows. */
    @Test
    void aWipedMemberNeitherVotesNorCountsUnderItsOldName() {
        Script script = with(voters(List.of(1, 2, 3), NONE, NONE)).campaigns(2);
        script.hears(Entries.member(3, 2), vote(script));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.hears(2, vote(script));
        long noOp = script.raft().lastIndex();
        script.hears(
                Entries.member(3, 2), new AppendEntriesResponse(script.raft().currentTerm(), true, noOp, EntryId.ZERO));
        assertThat(script.raft().commitIndex()).isZero();
        Member known = script.raft().membership().orElseThrow().member(node(3)).orElseThrow();
        assertThat(script.server.reports).contains(new Report.StorageReplaced(Entries.member(3, 2), known));
    }

    private static RaftMessage vote(Script script) {
        return Entries.vote(script.raft().currentTerm(), true, 1);
    }
}
